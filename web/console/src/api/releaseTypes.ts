// What the server says of releases (docs/releases.md). Times are seconds since the epoch.

export type ReleaseState = "draft" | "rejected" | "shadow" | "canary" | "stable" | "retired" | "rolled_back";
export type ReleaseAct = "shadow" | "canary" | "stop" | "promote" | "rollback";

export interface Release {
  id: string;
  state: ReleaseState;
  percent: number;
  made_at: number;
  made_by: string;
  note: string;
  month: string | null;
  data_version: string | null;
  parent: string | null;
  knowledge_revision: number | null;
  changed_at: number;
  is_measured: boolean;
  gates_passed: boolean | null;
}

export interface Serving {
  revision: number;
  stable: string;
  former: string | null;
  candidate: string | null;
  mode: "" | "shadow" | "canary";
  percent: number;
  since: number;
}

export interface Worker {
  worker: string;
  seen_at: number;
  revision: number;
  stable: string;
  candidate: string | null;
  problem: string;
  megabytes: number;
}

export interface Figures {
  turns: number;
  sentences: number;
  exceptions: number;
}

export interface Judged {
  name: string;
  stable: number | null;
  candidate: number | null;
  limit: number;
  judged: boolean;
  breached: boolean;
}

export interface ServingPage {
  serving: Serving;
  workers: Worker[];
  figures: { window_minutes: number; least_turns: number; stable: Figures; candidate: Figures; limits: Judged[] } | null;
  at: number;
}

export interface Gate {
  name: string;
  champion: number;
  candidate: number;
  passed: boolean;
  limit: string;
}

export interface ReleaseDetailPage {
  release: Release;
  gates: Gate[] | null;
  champion?: string;
  accuracy_difference: number | null;
  interval: [number, number] | null;
  fixed: number;
  broken: number;
  sets: { name: string; kind: string; size: number }[];
  measured_at?: number | null;
  files: number;
  bytes: number;
  allowed: ReleaseAct[];
}

export interface Flip {
  text: string;
  wanted: string;
  champion: string;
  candidate: string;
  is_fixed: boolean;
}

export interface Difference {
  at: number;
  kind: "intent" | "article" | "failed";
  text: string;
  stable: string;
  candidate: string;
}

export interface ShadowPage {
  seen: number;
  dropped: number;
  intent: number;
  article: number;
  failed: number;
  items: Difference[];
  total: number;
}

export interface Move {
  id: number;
  release: string;
  at: number;
  by: string;
  reason: string;
  from: ReleaseState;
  to: ReleaseState;
  percent: number;
}

export interface ReleaseAlert {
  id: number;
  at: number;
  release: string;
  kind: string;
  text: string;
}

export interface RolledBack {
  serving: Serving;
  left: string;
  knowledge_revision: number | null;
  problem: string;
}

export interface Training {
  id: number;
  month: string;
  reason: string;
  by: string;
  trigger: "person" | "schedule";
  state: "queued" | "running" | "done" | "failed";
  step: string;
  share: number;
  detail: string;
  release: string | null;
  verdict: "passed" | "rejected" | "none" | null;
  asked_at: number;
}
