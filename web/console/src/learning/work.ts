// The labelling work of one person: a few sentences ahead, labels sent behind, the last ones kept for undo.
import { computed, reactive, ref } from "vue";
import { sendLabel, takeTasks, undoLabel } from "../api/learning";
import { ApiError } from "../api/client";
import type { LabelProgress, Marked, Task } from "../api/learningTypes";
import { tellError } from "../state/acts";

const AHEAD = 5;
const KEPT = 20;
/** Somebody else, or the same person elsewhere, was quicker: no reason to stop. */
const HARMLESS = new Set(["not_open", "already_labelled", "not_found"]);

export interface Done {
  id: number;
  intents: string[];
}

export const tasks = ref<Task[]>([]);
export const progress = ref<LabelProgress | null>(null);
export const done = ref<Done[]>([]);
export const scope = reactive({ month: "", topic: null as number | null });
export const isLoaded = ref(false);
export const task = computed<Task | null>(() => tasks.value[0] ?? null);
let sending: Promise<unknown> = Promise.resolve();
let shownAt = Date.now();
let asking = false;
/** Said already: the server may still hand them out while the label is on its way. */
const said = new Set<number>();

export async function refill(): Promise<void> {
  if (asking) return;
  asking = true;
  try {
    await sending;
    const found = await takeTasks(scope.month, scope.topic, AHEAD);
    const held = new Set([...said, ...tasks.value.map((one) => one.id)]);
    if (!tasks.value.length) shownAt = Date.now();
    tasks.value = [...tasks.value, ...found.items.filter((one) => !held.has(one.id))];
    progress.value = found.progress;
  } catch (error) {
    tellError(error);
  } finally {
    asking = false;
    isLoaded.value = true;
  }
}

export async function restart(month: string, topic: number | null): Promise<void> {
  Object.assign(scope, { month, topic });
  tasks.value = [];
  isLoaded.value = false;
  await refill();
}

/** Say what the sentence means (no intents: skip it) and go on with the next one at once. */
export function say(intents: string[], entities: Marked[]): void {
  const current = tasks.value.shift();
  if (!current) return;
  const seconds = Math.min(600, (Date.now() - shownAt) / 1000);
  shownAt = Date.now();
  said.add(current.id);
  done.value = [...done.value, { id: current.id, intents }].slice(-KEPT);
  sending = sending.then(async () => {
    try {
      progress.value = (await sendLabel(current.id, intents.length ? "label" : "skip", intents, entities, seconds)).progress;
    } catch (error) {
      done.value = done.value.filter((one) => one.id !== current.id);
      said.delete(current.id);
      if (!(error instanceof ApiError) || !HARMLESS.has(error.code)) tellError(error);
    }
  });
  if (tasks.value.length < 2) void refill();
}

/** Take the last label back; its sentence is shown again. */
export async function undo(): Promise<void> {
  const last = done.value.at(-1);
  if (!last) return;
  done.value = done.value.slice(0, -1);
  sending = sending.then(async () => {
    try {
      const found = await undoLabel(last.id);
      said.delete(last.id);
      tasks.value = [found.task, ...tasks.value.filter((one) => one.id !== found.task.id)];
      progress.value = found.progress;
      shownAt = Date.now();
    } catch (error) {
      tellError(error);
    }
  });
  await sending;
}
