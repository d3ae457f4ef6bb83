// What the desk knows: conversations, queue, transcripts. One WebSocket keeps it fresh; after a lost line everything is asked again,
// and lines are merged by their id, so that nothing is missed and nothing comes twice.
import { computed, reactive, type ComputedRef } from "vue";
import * as api from "../api/desk";
import type { Brief, DeskAgent, Entry, Me, Options, Presence, Queue, QueueState } from "../api/types";
import { fill, text } from "../strings";
import { DeskLine } from "./deskLine";
import { present } from "./clock";
import { badge, chime } from "./notices";
import { may, staff } from "./session";

const TYPING_SECONDS = 5;

export interface Transcript {
  entries: Entry[];
  cursor: string;
}

export const state = reactive({
  line: "closed" as "closed" | "connecting" | "open" | "lost",
  presence: "offline" as Presence,
  capacity: 0,
  waiting: 0,
  agentsOnline: 0,
  isOpen: true,
  hours: "",
  opensAt: null as number | null,
  sessions: new Map<number, Brief>(),
  /** Places in the queue, by conversation. */
  places: new Map<number, number>(),
  transcripts: new Map<number, Transcript>(),
  typingUntil: new Map<number, number>(),
  options: { skills: [], dispositions: [], ticket_categories: [], canned: [], agents: [] } as Options,
  /** Counts up when a call-back changes, for the page that lists them. */
  callbackChanges: 0,
  announcement: "",
  openId: null as number | null,
  /** The open conversation was taken from our sight. */
  lostId: null as number | null,
});

const placeOf = (brief: Brief): number => state.places.get(brief.id) ?? Infinity;
const compare = (left: number, right: number): number => (left === right ? 0 : left < right ? -1 : 1);
/** As the server put them; who has just come stands last until it has said where. */
const byPlace = (left: Brief, right: Brief): number =>
  compare(placeOf(left), placeOf(right)) ||
  right.priority - left.priority ||
  (left.waiting_since ?? left.created_at) - (right.waiting_since ?? right.created_at);

const all = computed(() => [...state.sessions.values()]);
const isMine = (brief: Brief): boolean => brief.status === "active" && brief.agent?.id === staff.value?.id;
export const mine = computed(() => all.value.filter(isMine).sort((a, b) => (a.accepted_at ?? 0) - (b.accepted_at ?? 0)));
export const queue = computed(() => all.value.filter((brief) => brief.status === "waiting").sort(byPlace));
export const others = computed(() =>
  all.value.filter((brief) => brief.status === "active" && !isMine(brief)).sort((a, b) => b.last_at - a.last_at),
);
export const unread = computed(() => mine.value.reduce((sum, brief) => sum + brief.unread, 0));

function announce(message: string): void {
  state.announcement = message;
  chime();
}

function tellChange(before: Brief | undefined, now: Brief): void {
  if (now.status === "waiting" && before?.status !== "waiting" && state.presence === "online") {
    announce(fill(text.value.desk.new_customer, { customer: now.customer }));
  } else if (isMine(now) && before && !isMine(before) && now.id !== state.openId) {
    announce(fill(text.value.desk.assigned, { customer: now.customer }));
  } else if (isMine(now) && before && now.unread > before.unread && (now.id !== state.openId || document.hidden)) {
    announce(fill(text.value.desk.new_message, { customer: now.customer }));
  }
}

/** Keep the newest version of a conversation. */
export function mergeBrief(brief: Brief, quietly = false): void {
  const before = state.sessions.get(brief.id);
  if (before && before.version > brief.version) return;
  if (!quietly) tellChange(before, brief);
  const isShown = brief.status !== "closed" && (brief.status === "waiting" || isMine(brief) || may("desk.supervise"));
  if (!isShown && brief.id !== state.openId) state.sessions.delete(brief.id);
  else state.sessions.set(brief.id, brief);
  badge.value = unread.value;
}

/** It went to where we may not see it. */
function forget(id: number): void {
  state.sessions.delete(id);
  if (id === state.openId) state.lostId = id;
  else state.transcripts.delete(id);
  badge.value = unread.value;
}

/** Merge lines by id; the order is that of their time. */
export function mergeEntries(id: number, entries: Entry[], cursor?: string): void {
  const kept = state.transcripts.get(id) ?? { entries: [], cursor: "" };
  const byId = new Map(kept.entries.map((entry) => [entry.id, entry]));
  for (const entry of entries) byId.set(entry.id, entry);
  const merged = [...byId.values()].map((entry, index) => ({ entry, index }));
  merged.sort((a, b) => a.entry.at - b.entry.at || a.index - b.index);
  state.transcripts.set(id, { entries: merged.map(({ entry }) => entry), cursor: cursor ?? kept.cursor });
  if (entries.some((entry) => entry.from === "customer")) state.typingUntil.delete(id);
}

function adoptMe(me: Me): void {
  state.presence = me.state;
  state.capacity = me.capacity;
  const current = new Set(me.sessions.map((brief) => brief.id));
  for (const brief of me.sessions) mergeBrief(brief, true);
  for (const brief of mine.value) if (!current.has(brief.id)) state.sessions.delete(brief.id);
}

function adoptQueueState(found: QueueState): void {
  state.waiting = found.waiting;
  state.agentsOnline = found.agents_online;
  state.isOpen = found.is_open;
}

function adoptQueue(found: Queue): void {
  adoptQueueState(found);
  state.hours = found.hours;
  state.opensAt = found.opens_at;
  const waiting = new Set(found.items.map((brief) => brief.id));
  for (const brief of queue.value) if (!waiting.has(brief.id)) state.sessions.delete(brief.id);
  state.places = new Map(found.items.map((brief, place) => [brief.id, place]));
  for (const brief of found.items) mergeBrief(brief, true);
}

async function catchUp(): Promise<void> {
  if (may("desk.supervise")) {
    const active = await api.fetchSessions("active", "", 1, 100);
    for (const brief of others.value) state.sessions.delete(brief.id);
    for (const brief of active.items) mergeBrief(brief, true);
  }
  if (state.openId !== null) await readOn(state.openId);
}

/** Fetch the lines of a transcript that are not here yet. */
export async function readOn(id: number): Promise<void> {
  const { entries, cursor } = await api.fetchTranscript(id, state.transcripts.get(id)?.cursor ?? "");
  mergeEntries(id, entries, cursor);
}

export async function refreshOptions(): Promise<void> {
  state.options = await api.fetchOptions();
}

let queueTimer = 0;

/** Places and estimates change with the queue; one question for many changes. */
function askQueueSoon(): void {
  window.clearTimeout(queueTimer);
  queueTimer = window.setTimeout(() => void api.fetchQueue().then(adoptQueue, () => undefined), 500);
}

type Frame = { type: string } & Record<string, unknown>;

const frames: Record<string, (frame: Frame) => void> = {
  welcome: (frame) => {
    adoptMe(frame.me as Me);
    adoptQueue(frame.queue as Queue);
    void catchUp().catch(() => undefined);
  },
  session: (frame) => {
    const brief = frame.session as Brief;
    mergeBrief(brief);
    if (brief.status === "waiting") askQueueSoon();
  },
  removed: (frame) => forget(frame.id as number),
  queue: (frame) => {
    adoptQueueState(frame as unknown as QueueState);
    askQueueSoon();
  },
  entries: (frame) => mergeEntries(frame.session_id as number, frame.entries as Entry[], frame.cursor as string),
  customer_typing: (frame) => state.typingUntil.set(frame.session_id as number, present() + TYPING_SECONDS),
  agents: (frame) => (state.options.agents = frame.items as DeskAgent[]),
  callback: () => (state.callbackChanges += 1),
};

const line = new DeskLine(
  (frame) => frames[frame.type]?.(frame as Frame),
  (status) => {
    state.line = status;
    if (status === "open" && state.openId !== null) watch(state.openId);
  },
);

function watch(id: number): void {
  line.send({ type: "watch", session_id: id, cursor: state.transcripts.get(id)?.cursor ?? "" });
}

/** Open the line once; later calls do nothing. */
export function start(): void {
  if (line.isRunning || !may("desk.work")) return;
  void refreshOptions().catch(() => undefined);
  line.start();
}

export function stop(): void {
  line.stop();
  state.sessions.clear();
  state.transcripts.clear();
  state.waiting = badge.value = 0;
  state.openId = null;
}

/** Show a conversation: its lines come at once and go on coming. */
export async function open(id: number | null): Promise<void> {
  const before = state.openId;
  if (before !== null && before !== id) {
    line.send({ type: "unwatch", session_id: before });
    const left = state.sessions.get(before);
    if (left?.status === "closed" || (left?.status === "active" && !isMine(left) && !may("desk.supervise"))) state.sessions.delete(before);
  }
  state.openId = id;
  state.lostId = null;
  if (id === null) return;
  await readOn(id);
  watch(id);
}

export async function changePresence(presence: Presence): Promise<void> {
  adoptMe(await api.setPresence(presence));
}

export const sendTyping = (id: number): void => line.send({ type: "typing", session_id: id });

export interface Desk {
  state: typeof state;
  unread: ComputedRef<number>;
  start: typeof start;
  stop: typeof stop;
}

export const useDesk = (): Desk => ({ state, unread, start, stop });
