// Everything an agent or a supervisor does at the desk.
import { get, post, remove } from "./client";
import type {
  AgentRow,
  Brief,
  Callback,
  Canned,
  Entry,
  Full,
  Me,
  Options,
  Overview,
  Page,
  Presence,
  Queue,
  Suggestion,
} from "./types";

const session = (id: number): string => `/desk/sessions/${id}`;

export const fetchMe = (): Promise<Me> => get("/desk/me");
export const setPresence = (state: Presence): Promise<Me> => post("/desk/presence", { state });
export const fetchQueue = (): Promise<Queue> => get("/desk/queue");
export const fetchOptions = (): Promise<Options> => get("/desk/options");
export const takeNext = (): Promise<{ session: Full | null }> => post("/desk/next");
/** Take a waiting conversation; with a reason, take it over from another agent. */
export const accept = (id: number, reason = ""): Promise<{ session: Full }> =>
  post(`${session(id)}/accept`, reason ? { take_over: true } : {}, reason);
export const fetchSessions = (view: string, query: string, page: number, size: number): Promise<Page<Brief>> =>
  get("/desk/sessions", { view, query, page, size });
export const fetchFull = (id: number): Promise<{ session: Full }> => get(session(id));
export const fetchTranscript = (id: number, after = ""): Promise<{ entries: Entry[]; cursor: string }> =>
  get(`${session(id)}/transcript`, { after });
export const sendMessage = (id: number, text: string, clientId: string): Promise<{ entry: Entry }> =>
  post(`${session(id)}/messages`, { text, client_id: clientId });
export const writeNote = (id: number, text: string, clientId: string): Promise<{ entry: Entry }> =>
  post(`${session(id)}/notes`, { text, client_id: clientId });
export const whisper = (id: number, text: string, clientId: string): Promise<{ entry: Entry }> =>
  post(`${session(id)}/whisper`, { text, client_id: clientId });
export const markRead = (id: number): Promise<unknown> => post(`${session(id)}/read`);
export const transfer = (
  id: number,
  target: { to_agent: number } | { to_skill: string },
  note: string,
): Promise<{ session: Brief }> => post(`${session(id)}/transfer`, { ...target, note });
export const giveBack = (id: number, note: string, slots: Record<string, string>): Promise<{ session: Brief }> =>
  post(`${session(id)}/return`, { note, slots });
export const close = (id: number, disposition: string, note: string, askRating: boolean): Promise<{ session: Brief }> =>
  post(`${session(id)}/close`, { disposition, note, ask_rating: askRating });
export const requeue = (id: number, note: string): Promise<{ session: Brief }> => post(`${session(id)}/requeue`, { note });

export interface TicketForm {
  category: string;
  summary: string;
  account_no?: string;
  phone?: string;
  address?: string;
  client_id: string;
}

export const openTicket = (id: number, form: TicketForm): Promise<{ ticket_no: string; entry: Entry }> =>
  post(`${session(id)}/tickets`, form);
export const fetchSuggestions = (id: number, question: string): Promise<{ question: string; items: Suggestion[] }> =>
  get(`${session(id)}/suggestions`, { question });
export const addCanned = (category: string, title: string, text: string, shared: boolean): Promise<{ canned: Canned }> =>
  post("/desk/canned", { category, title, text, shared });
export const removeCanned = (id: number): Promise<unknown> => remove(`/desk/canned/${id}`);

export const fetchCallbacks = (view: string, page: number, size: number): Promise<Page<Callback>> =>
  get("/desk/callbacks", { view, page, size });
export const claimCallback = (id: number): Promise<{ callback: Callback }> => post(`/desk/callbacks/${id}/claim`);
export const readPhone = (id: number, reason: string): Promise<{ phone: string }> =>
  post(`/desk/callbacks/${id}/phone`, {}, reason);
export const finishCallback = (id: number, result: string, note: string): Promise<{ callback: Callback }> =>
  post(`/desk/callbacks/${id}/done`, { result, note });

export const fetchOverview = (): Promise<Overview> => get("/desk/overview");
export const fetchAgents = (): Promise<{ items: AgentRow[] }> => get("/desk/agents");
