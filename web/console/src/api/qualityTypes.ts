// The quality review as the server says it (docs/quality.md). Times are seconds since the epoch.
import type { Page } from "./types";

export interface Named {
  id: number;
  name: string;
}

export type ScoreState = "open" | "queued" | "reviewed" | "closed_by_rule";

export interface Score {
  id: number;
  conversation_id: string;
  source: "held" | "desk" | "imported";
  channel: "phone" | "wechat" | "app";
  agent: "bot" | "human";
  agent_key: string;
  agent_name: string;
  scope: string;
  release: string;
  intents: string[];
  started_at: number;
  ended_at: number;
  turns: number;
  automatic: number;
  reviewed: number | null;
  final: number;
  fatal: number[];
  deducted: number[];
  rubric: string;
  model: string;
  scored_at: number;
  state: ScoreState;
  customer: string;
}

export interface Evidence {
  turn: number;
  text: string;
  /** Where it begins in the recording. */
  seconds: number | null;
}

export interface Item {
  item: number;
  name: string;
  weight: number;
  fatal: boolean;
  automatic: number | null;
  reviewed: number | null;
  is_reviewed: boolean;
  final: number | null;
  reason: string;
  evidence: Evidence[];
  closes_itself: boolean;
  can_appeal: boolean;
}

export interface Turn {
  n: number;
  role: "customer" | "bot" | "agent" | "system";
  text: string;
  at: number | null;
  start_seconds: number | null;
  end_seconds: number | null;
  intent: { name: string; confidence: number | null } | null;
  actions: { name: string; ok: boolean; level_required: number; level_held: number }[];
  sources: { id: string; version: string | number | null; valid: boolean }[];
}

export interface Review {
  id: number;
  item: number;
  before: number | null;
  score: number | null;
  reason: string;
  at: number;
  kind: "review" | "appeal";
  reviewer: Named;
}

export interface Verdict {
  accepted: boolean;
  score: number | null;
  reason: string;
}

export type AppealState = "filed" | "judged" | "closed";

export interface Appeal {
  id: number;
  score_id: number;
  conversation_id: string;
  item: number;
  item_name: string;
  reason: string;
  state: AppealState;
  filed_by: Named;
  filed_at: number;
  due_at: number | null;
  is_overdue: boolean;
  judgement: (Verdict & { by: Named; at: number }) | null;
  final: (Verdict & { by: Named; at: number }) | null;
  agent_name: string;
  scope: string;
  started_at: number;
}

export interface Sample {
  id: number;
  reasons: ("fatal" | "low" | "random" | "appeal")[];
  reviewer: Named | null;
  created_at: number;
  due_at: number;
  is_overdue: boolean;
  state: "open" | "done";
  done_at: number | null;
}

export type QueueLine = Sample & { score: Score };

export interface Conversation {
  score: Score;
  items: Item[];
  transcript: Turn[];
  recording: { url: string; seconds: number; channels: number } | null;
  reviews: Review[];
  appeals: Appeal[];
  sample: Sample | null;
}

export interface Correction {
  item: number;
  score: number | null;
  reason: string;
}

export interface Plan {
  fatal: boolean;
  below: number;
  random_share: number;
  appeals: boolean;
  most_per_day: number;
  review_days: number;
  appeal_days: number;
  judge_days: number;
  final_days: number;
  period_days: number;
  drop_points: number;
  least_conversations: number;
  mood_factor: number;
  precision: number;
  precision_reviews: number;
}

export interface KeptPlan {
  plan: Plan;
  changed_by: string | null;
  changed_at: number | null;
}

export interface RubricItem {
  item: number;
  name: string;
  weight: number;
  fatal: boolean;
  applies_to: ("bot" | "human")[];
  channels: string[];
}

export interface Rubric {
  version: string;
  items: RubricItem[];
}

export interface Precision {
  item: number;
  name: string;
  reviews: number;
  confirmed: number;
  precision: number | null;
  closes_itself: boolean;
}

export interface Calibration {
  id: number;
  title: string;
  created_by: string;
  created_at: number;
  conversations: number[];
  done: number;
  reviewers: (Named & { scored: number })[];
}

export interface ItemScore {
  item: number;
  score: number | null;
}

export interface CalibrationPage {
  calibration: Calibration;
  mine: Record<string, ItemScore[]>;
  items: { item: number; name: string; pairs: number; agreement: number | null; kappa: number | null }[];
  differences: { score_id: number; item: number; scores: { reviewer: Named; score: number | null }[] }[];
}

export interface Alert {
  id: number;
  kind: "fatal" | "drop" | "mood";
  subject_kind: "conversation" | "agent" | "intent" | "release" | "scope";
  subject: string;
  scope: string;
  at: number;
  value: number | null;
  before: number | null;
  count: number;
  state: "open" | "acknowledged";
  by: string | null;
  acknowledged_at: number | null;
  note: string;
  score_id: number | null;
}

export interface Job {
  id: number;
  kind: "score" | "import" | "recording";
  state: "running" | "done" | "failed" | "lost";
  begun_by: string;
  begun_at: number;
  ended_at: number | null;
  done: number;
  total: number | null;
  note: string;
  scope: string;
}

export interface Brought {
  conversations: number;
  mistakes: { line: number; key: string; message: string }[];
  job: Job | null;
}

export type QueuePage = Page<QueueLine> & { open: number; overdue: number };
