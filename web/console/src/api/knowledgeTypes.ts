// What the server says of articles.
export type ArticleState = "draft" | "review" | "published" | "archived";

export interface Source {
  document: string;
  certainty: string;
  checked: string;
}

export interface Card {
  title: string;
  description: string;
  url: string;
  picture: string;
}

export interface ArticleContent {
  topic: string;
  question: string;
  similar: string[];
  answer: string;
  voice: string;
  card: Card | null;
  category: string;
  regions: string[];
  customer_class: string;
  source: Source;
  valid_from: string;
  valid_to: string | null;
  referral: boolean;
}

export interface ArticleRow {
  id: string;
  question: string;
  category: string;
  regions: string[];
  customer_class: string;
  valid_from: string;
  valid_to: string | null;
  source: Source;
  referral: boolean;
  state: ArticleState;
  origin: "file" | "console";
  live_version: number | null;
  working_version: number | null;
  edit: number;
  similar_count: number;
  is_in_force: boolean;
  changed_at: number;
  changed_by: string;
  may_edit: boolean;
  may_approve: boolean;
}

export interface ArticleVersion {
  version: number;
  state: string;
  origin: string;
  author: string;
  editors: string[];
  note: string;
  made_at: number;
  changed_at: number;
  submitted_by: string | null;
  submitted_at: number | null;
  refused: { by: string; at: number; reason: string } | null;
  published_by: string | null;
  published_at: number | null;
  was_live: boolean;
}

export interface Article {
  id: string;
  edit: number;
  state: ArticleState;
  origin: "file" | "console";
  live_version: number | null;
  working_version: number | null;
  may_edit: boolean;
  may_approve: boolean;
  is_own: boolean;
  shown_version: number;
  article: ArticleContent;
  versions: ArticleVersion[];
  history: { revision: number; at: number; by: string; act: string; version: number | null; reason: string }[];
  siblings: { id: string; question: string; regions: string[]; customer_class: string; state: string }[];
  gone?: boolean;
}

export interface KnowledgeOptions {
  categories: string[];
  regions: string[];
  customer_classes: string[];
  certainties: string[];
  authors: string[];
  limits: { question: number; similar: number; answer: number; voice: number };
  own_regions: string[] | null;
  revision: number;
  live_revision: number;
  may_edit: boolean;
  may_approve: boolean;
}

export interface ArticleFilter {
  q: string;
  state: string;
  category: string;
  region: string;
  customer_class: string;
  expiring: string;
  unsure: string;
  unchecked: string;
  mine: string;
  origin: string;
  order: string;
}

export interface ArticleList {
  items: ArticleRow[];
  total: number;
  counts: Record<ArticleState, number>;
}

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
  parts?: { op: "same" | "removed" | "added"; text: string }[] | null;
  removed?: string[] | null;
  added?: string[] | null;
}

export interface Caution {
  code: string;
  level: "warn" | "block" | "info";
  message: string;
  items: Record<string, unknown>[];
}

export interface Found {
  kind: string;
  id: string | null;
  question: string | null;
  score: number | null;
  suggestions: unknown[];
}

export interface HitSum {
  n: number;
  hit_before: number;
  hit_after: number;
}

export interface HitTest {
  rows: { question: string; kind: "asked" | "own" | "near"; before: Found; after: Found; hit_before: boolean; hit_after: boolean }[];
  summary: { own: HitSum; asked: HitSum; near: { n: number; kept: number; lost: { question: string; owner: string; now: string }[] } };
}

export interface ConflictSide {
  id: string;
  question: string;
  wording: string;
  answer: string;
  regions: string[];
}

export interface Conflict {
  kind: string;
  similarity: number;
  one: ConflictSide;
  other: ConflictSide;
  figures: { one: string[]; other: string[] };
}

export interface Reminder {
  kind: string;
  due: string;
  days_left: number;
  id: string;
  question: string;
  regions: string[];
  category: string;
}

export interface Revision {
  revision: number;
  at: number;
  by: string;
  act: string;
  reason: string;
  /** Synonyms stand here as well, without a question. */
  articles: { id: string; question: string; version: number | null; kind: string }[];
}

export interface ImportReport {
  dry_run: boolean;
  rows: { row: number; id: string; action: "create" | "change" | "unchanged" | "error"; question: string; errors: { column: string; message: string }[]; changes: string[] }[];
  counts: Record<"create" | "change" | "unchanged" | "error", number>;
  written: number;
}

export interface Synonyms {
  edit: number;
  state: ArticleState;
  live_version: number | null;
  working_version: number | null;
  is_own: boolean;
  may_edit: boolean;
  may_approve: boolean;
  items: { word: string; file: string[] | null; live: string[] | null; draft: string[] | null }[];
}

export interface SynonymTrial {
  rows: HitTest["rows"];
  summary: { asked: number; affected: { n: number; kept: number; lost: { question: string; owner: string; now: string }[] } };
}
