// What the server says, word for word (docs/console.md). Times are seconds since the epoch.

export type Role = "admin" | "supervisor" | "editor" | "approver" | "trainer" | "agent" | "auditor" | "privacy";
export type Presence = "online" | "away" | "offline";

export interface Staff {
  id: number;
  name: string;
  display_name: string;
  role: Role;
  scope: string;
  skills: string[];
  capacity: number;
  is_active: boolean;
  is_locked: boolean;
  has_totp: boolean;
  must_change_password: boolean;
  created_at: number;
  last_login_at: number | null;
}

export interface Session {
  staff: Staff;
  csrf: string;
  permissions: string[];
  idle_seconds: number;
  ends_at: number;
  is_demo: boolean;
  /** The server's clock when it answered. */
  now?: number;
  release: string;
}

export interface Region {
  name: string;
  path: string;
  children?: Region[];
}

export interface AuditRow {
  id: number;
  at: number;
  actor: string;
  role: string;
  address: string;
  action: string;
  object: string;
  detail: Record<string, unknown>;
  hash: string;
}

export interface AuditState {
  ok: boolean;
  rows: number;
  first_bad: number | null;
}

export interface Person {
  id: number;
  display_name: string;
}

export type Status = "waiting" | "active" | "closed";

/** A conversation at the desk, as lists show it. */
export interface Brief {
  id: number;
  conversation_id: string;
  channel: string;
  door: string;
  can_write: boolean;
  status: Status;
  skill: string;
  skill_name: string;
  priority: number;
  reason: string;
  customer: string;
  scope: string;
  created_at: number;
  waiting_since: number | null;
  accepted_at: number | null;
  closed_at: number | null;
  agent: Person | null;
  unread: number;
  last_text: string;
  last_at: number;
  wanted: string[];
  mood: string;
  estimate_seconds: number | null;
  position: number | null;
  reserved_for: number | null;
  reserved_until: number | null;
  disposition: string | null;
  version: number;
}

export interface Known {
  name: string;
  label: string;
  value: string;
}

export interface Tried {
  name: string;
  label: string;
  ok: boolean;
  at: number;
}

export interface Summary {
  wanted: string[];
  last_words: string;
  known: Known[];
  waiting_for: { name: string; label: string } | null;
  verified_level: number;
  not_understood: number;
  mood: string;
  tried: Tried[];
  flow: string | null;
}

export interface Rating {
  score: number;
  resolved: boolean | null;
  tags: string[];
  comment: string;
}

export interface Full extends Brief {
  summary: Summary;
  rating: Rating | null;
  history: Brief[];
}

export type Speaker = "customer" | "bot" | "agent" | "system" | "note" | "whisper";

/** A line of the transcript; `id` is unique in its session. */
export interface Entry {
  id: string;
  at: number;
  from: Speaker;
  text: string;
  buttons?: string[];
  image?: string;
  agent?: Person;
  message_id?: string;
  code?: string;
  values?: Record<string, unknown>;
  delivery?: "sent" | "pending" | "failed";
  sources?: { title: string; version: string }[];
  upload?: { kind: string; url: string };
}

export interface Me {
  state: Presence;
  capacity: number;
  active: number;
  skills: string[];
  sessions: Brief[];
}

export interface QueueState {
  waiting: number;
  agents_online: number;
  is_open: boolean;
  estimate_seconds: number | null;
}

export interface Queue extends QueueState {
  items: Brief[];
  opens_at: number | null;
  hours: string;
}

export interface Named {
  code: string;
  name: string;
}

export interface Canned {
  id: number;
  category: string;
  title: string;
  text: string;
  is_own: boolean;
}

export interface DeskAgent extends Person {
  state: Presence;
  active: number;
  capacity: number;
  skills: string[];
}

export interface Options {
  skills: Named[];
  dispositions: Named[];
  ticket_categories: Named[];
  canned: Canned[];
  agents: DeskAgent[];
}

export interface Suggestion {
  id: string;
  title: string;
  text: string;
  version: string;
  document: string | null;
  score: number;
}

export interface Callback {
  id: number;
  session_id: number;
  conversation_id: string;
  customer: string;
  phone: string | null;
  skill: string;
  scope: string;
  reason: string;
  wanted: string[];
  created_at: number;
  due_at: number;
  is_overdue: boolean;
  status: "open" | "claimed" | "done";
  agent: Person | null;
  result: string | null;
  note: string;
}

export interface Overview {
  waiting: number;
  longest_wait_seconds: number;
  active: number;
  agents_online: number;
  agents_away: number;
  closed_today: number;
  average_handling_seconds: number | null;
  average_wait_seconds: number | null;
  rating_average: number | null;
  callbacks_open: number;
  callbacks_overdue: number;
  by_skill: { skill: string; name: string; waiting: number; active: number; online: number }[];
}

export interface AgentRow extends DeskAgent {
  name: string;
  since: number | null;
  closed_today: number;
}

export interface Page<T> {
  items: T[];
  total: number;
}
