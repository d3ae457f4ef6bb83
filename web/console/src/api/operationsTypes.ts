// What the server says of figures, notices and tickets. Shares are 0 to 1; null: not measured.

export interface Figures {
  conversations: number;
  messages: number;
  contained: number | null;
  handed_over: number | null;
  resolved_24h: number | null;
  resolved_7d: number | null;
  came_again_7d: number | null;
  csat: number | null;
  rated: number;
  quality: number | null;
  fatal: number;
  unanswered: number;
  not_understood: number;
  failures: number;
}

export interface NamedFigures extends Figures {
  name: string;
}

export interface Kept {
  due: number;
  kept: number;
  broken: number;
  waiting: number;
  share: number | null;
}

export interface DeskFigures {
  sessions: number;
  accepted: number;
  mean_wait_seconds: number | null;
  mean_handling_seconds: number | null;
  csat: number | null;
  rated: number;
  callbacks: Kept;
}

export interface QualityPart {
  name: string;
  label: string;
  conversations: number;
  mean: number;
  fatal: number;
}

export interface Board {
  since: number;
  until: number;
  at: number;
  service: Figures;
  service_before: Figures;
  by: Record<string, NamedFigures[]>;
  handoff_reasons: Record<string, number>;
  failed_actions: Record<string, number>;
  desk: DeskFigures;
  desk_before: DeskFigures;
  tickets: Kept | null;
  tickets_before: Kept | null;
  speed: { p50: number | null; p95: number | null; by_day: Record<string, number | null> };
  quality: {
    conversations: number;
    mean: number | null;
    before_mean: number | null;
    fatal: number;
    reviewed: number;
    by: Record<string, QualityPart[]>;
    deductions: { item: number; name: string; count: number; lost: number }[];
  };
}

export interface Notice {
  id: number;
  kind: string;
  scope: string;
  title: string;
  detail: string;
  link: string;
  at: number;
  is_read: boolean;
}

export interface Ticket {
  ticket_no: string;
  kind: string;
  status: string;
  scope: string;
  summary: string;
  account: string | null;
  created_at: number;
  due_at: number | null;
  closed_at: number | null;
  is_overdue: boolean;
  is_urgent: boolean;
  urged_count: number;
}

export interface TicketFull extends Ticket {
  address: string | null;
  phone: string | null;
  person_name: string | null;
  details: { name: string; value: string }[];
  steps: { at: number; status: string; note: string }[];
}

export interface TicketList {
  items: Ticket[];
  total: number;
  counts: Record<string, number>;
  kinds: string[];
  statuses: string[];
  is_cut: boolean;
}

export type HealthState = "good" | "watch" | "bad";

export interface WorkerRow {
  worker: string;
  process: number;
  started_at: number;
  seen_at: number;
  release: string;
  megabytes: number;
  lag_ms: number;
  circuit: string;
  is_gone: boolean;
}

/** Only `state`, `at` and `database` are there while the database is away. Moments are the machine's. */
export interface Health {
  state: HealthState;
  at: number;
  last_sweep_at?: number | null;
  database: { state: HealthState; seconds: number | null };
  disk?: { state: HealthState; free_bytes: number; total_bytes: number };
  upkeep?: { state: HealthState; failed: Record<string, string> };
  workers?: { state: HealthState; items: WorkerRow[]; alive: number };
  back_ends?: { state: HealthState; circuits: string[] };
  outbox?: { state: HealthState; pending: number; dead: number };
  inbox?: { state: HealthState; by_state: Record<string, number> };
  desk?: { state: HealthState; waiting: number; open: number; callbacks: number };
}

export interface Keys {
  keys: { fingerprint: string; made_at: number | null; seals: boolean; origin: string }[];
  reseal: { state: string; seen: number; renewed: number };
  tokens: { fingerprint: string; first_seen_at: number }[];
}

export interface Retention {
  version: string;
  kinds: { kind: string; days: number | null; least_days?: number; basis?: string; certainty?: string }[];
  kept: { what: string; why: string; certainty: string }[];
  runs: { id: number; at: number; by: string; kind: string; before: number; deleted: Record<string, number>; problem: string; seconds: number }[];
  total: number;
}

export interface PrivacyRequest {
  id: number;
  kind: "export" | "delete";
  scope: string;
  state: "open" | "done" | "refused";
  subject_kind: string;
  subject_masked: string;
  received_at: number;
  due_at: number;
  begun_by: string;
  search: "running" | "found" | "failed";
  progress: number;
  found: number;
  is_overdue: boolean;
  closed_at: number | null;
  closed_by: string | null;
  reason: string;
  result: { mode?: string; conversations?: number; rows?: Record<string, number> };
}

export interface FoundConversation {
  sender_id: string;
  channel: string;
  first_at: number;
  last_at: number;
  turns: number;
  calls: number;
  uploads: number;
  desk_sessions: number;
}

export interface PrivacyPage {
  request: PrivacyRequest & { note: string; subject: string };
  conversations: FoundConversation[];
  kept: { what: string; why: string; certainty: string }[];
}
