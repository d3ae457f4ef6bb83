// What an agent has written and the server has not yet confirmed. Each has an id of its own, so that sending again never doubles it.
import { reactive } from "vue";
import { sendMessage, whisper, writeNote } from "../api/desk";
import type { Entry } from "../api/types";
import { tellError } from "./acts";
import { mergeEntries } from "./desk";

export type Kind = "reply" | "note" | "whisper";

export interface Outgoing {
  clientId: string;
  sessionId: number;
  kind: Kind;
  text: string;
  hasFailed: boolean;
}

export const outgoing = reactive<Outgoing[]>([]);
const ACTS = { reply: sendMessage, note: writeNote, whisper } satisfies Record<
  Kind,
  (id: number, text: string, clientId: string) => Promise<{ entry: Entry }>
>;

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function send(sessionId: number, kind: Kind, text: string): Promise<void> {
  outgoing.push({ clientId: newId(), sessionId, kind, text, hasFailed: false });
  const made = outgoing[outgoing.length - 1];
  if (made) await deliver(made);
}

export async function deliver(one: Outgoing): Promise<void> {
  one.hasFailed = false;
  try {
    const { entry } = await ACTS[one.kind](one.sessionId, one.text, one.clientId);
    mergeEntries(one.sessionId, [entry]);
    outgoing.splice(outgoing.indexOf(one), 1);
  } catch (error) {
    one.hasFailed = true;
    tellError(error);
  }
}
