// What the server says of studies, unknown topics and labels.
export interface Study {
  id: number;
  month: string;
  state: "running" | "done" | "failed";
  stage: string;
  /** 0 to 1. */
  progress: number;
  begun_by: string;
  begun_at: number;
  ended_at: number | null;
  messages: number;
  questions: number;
  topics: number;
  new_topics: number;
  reasons: Record<string, number>;
  /** Code of what went wrong. */
  error: string;
}

export interface StudyPage {
  items: Study[];
  total: number;
  running: Study | null;
  /** The month that has just ended. */
  suggested: string;
}

export type TopicState = "open" | "article" | "sentences" | "ignored";

export interface Topic {
  id: number;
  key: string;
  title: string;
  state: TopicState;
  suggestion: "intent" | "article" | "new_article";
  nearest: string;
  nearest_title: string;
  nearest_text: string;
  cosine: number;
  first_month: string;
  last_month: string;
  is_new: boolean;
  /** Asked again in a month after something was made of it. */
  comes_back: boolean;
  volume: number;
  trend: { month: string; volume: number }[];
  wordings: string[];
  wordings_total: number;
  reasons: Record<string, number>;
  decided: { by: string; at: number; reason: string; target: string } | null;
}

export interface TopicPage {
  items: Topic[];
  total: number;
  counts: Record<TopicState, number>;
  months: string[];
}

export interface Wording {
  id: number;
  text: string;
  volume: number;
  month: string;
  state: string;
  understood_as: string[];
  reasons: string[];
  intents: string[];
}

export interface IntentTitle {
  name: string;
  title: string;
  kind: string;
  example: string;
}

export interface EntityTitle {
  name: string;
  title: string;
}

/** A marked piece; places are code points. */
export interface Marked {
  entity: string;
  start: number;
  end: number;
}

export interface Task {
  id: number;
  text: string;
  month: string;
  volume: number;
  score: number;
  reasons: string[];
  channel: string;
  at: number;
  understood_as: { intents: string[]; confidence: number };
  proposals: { intent: string; confidence: number | null; source: "bot" | "near" }[];
  entities: Marked[];
}

export interface Pace {
  name: string;
  total: number;
  today: number;
  per_hour: number | null;
}

export interface LabelProgress {
  mine: Pace;
  queue: { open: number; once: number; accepted: number; disputed: number; skipped: number; dropped: number; known: number };
  people: Pace[];
  double_share: number;
}

export interface Agreed {
  both: number;
  agreement: number | null;
  kappa: number | null;
}

export interface AgreementBoard {
  overall: Agreed;
  pairs: (Agreed & { a: string; b: string })[];
  intents: (Agreed & { intent: string })[];
  floor: number;
}

export interface Dispute {
  task: Task;
  labels: { by: string; verdict: "label" | "skip"; intents: string[]; entities: Marked[]; at: number }[];
}

export interface SettledSentence {
  id: number;
  text: string;
  month: string;
  intents: string[];
  entities: Marked[];
  by: string;
  source: string;
  at: number;
}
