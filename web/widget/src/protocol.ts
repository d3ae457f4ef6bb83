/** What goes over the line; see docs/webchat.md. */

export interface Choice { title: string; payload: string }

export interface Source { id: string; version: string; title: string; document: string }

export interface Card { title: string; text?: string; image?: string; fields?: { label: string; value: string }[]; buttons?: Choice[] }
export interface List { title?: string; items: { title: string; text?: string; payload?: string }[] }
export interface Bill {
  month?: string; total: string;
  lines: { name: string; quantity?: string; unit?: string; price?: string; amount: string }[];
}
export interface Usage { title?: string; unit?: string; points: { label: string; value: number; peak?: number; valley?: number }[] }
export interface Progress { steps: { title: string; at?: string; state: "done" | "current" | "todo" }[] }
export interface Form { field: string; label: string; hint?: string; pattern?: string; numeric?: boolean }

export interface Custom {
  sources?: Source[]; card?: Card; list?: List; bill?: Bill; usage?: Usage; progress?: Progress;
  outage_map?: { url: string; title?: string }; form?: Form;
}

export interface ChatEvent {
  type: "event";
  id: number;
  kind: "customer" | "reply" | "agent" | "notice" | "upload" | "csat";
  at: number;
  text?: string;
  message_id?: string;
  answers?: string;
  state?: string;
  name?: string;
  buttons?: Choice[];
  image?: string;
  custom?: Custom;
  form?: string;
  media?: "image" | "voice";
  url?: string;
  width?: number;
  height?: number;
  seconds?: number;
}

export type Frame =
  | ChatEvent
  | { type: "welcome" }
  | { type: "caught_up"; last_event_id: number }
  | { type: "piece"; id: number; offset: number; text: string }
  | { type: "typing"; message_id?: string }
  | { type: "cleared" }
  | { type: "error"; code: string; message: string; message_id?: string; wait_seconds?: number };

export interface Rating { score: number; resolved: boolean | null; tags: string[]; comment: string | null }

export interface Session {
  token: string;
  expires_at: number;
  conversation: string;
  is_user: boolean;
  consent: string | null;
  rating: Rating | null;
  limits: { image_bytes: number; voice_seconds: number };
  recognises_voice: boolean;
}

export interface Outgoing { message_id: string; text: string; region?: string }
