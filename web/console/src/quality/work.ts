// The long work that runs on the server: looked at every two seconds while somebody looks and something runs.
import { onScopeDispose, ref } from "vue";
import { fetchJobs } from "../api/quality";
import type { Job } from "../api/qualityTypes";
import { tellError } from "../state/acts";
import { may } from "../state/session";
import { fill, text } from "../strings";

const EVERY_MS = 2000;
export const latest = ref<Job | null>(null);
/** Raised whenever work has ended. */
export const ended = ref(0);
/** Work that was begun here: its end is told, too. */
export const begunHere = ref(0);
let watchers = 0;
let timer = 0;

export async function look(): Promise<void> {
  window.clearTimeout(timer);
  if (!may("quality.review")) return;
  const was = latest.value;
  try {
    latest.value = (await fetchJobs(1, 1)).items[0] ?? null;
  } catch (error) {
    tellError(error);
  }
  const isRunning = latest.value?.state === "running";
  if (was?.state === "running" && !isRunning) ended.value++;
  if (isRunning && watchers) timer = window.setTimeout(() => void look(), EVERY_MS);
}

/** Somebody has just begun this. */
export async function follow(job: Job): Promise<void> {
  begunHere.value = job.id;
  latest.value = job;
  await look();
}

/** Keep looking while this page is open. */
export function useWork(): void {
  watchers++;
  void look();
  onScopeDispose(() => {
    if (--watchers === 0) window.clearTimeout(timer);
  });
}

export function tellJob(job: Job): string {
  const words = text.value.quality.jobs;
  const kind = words[job.kind];
  const isSound = job.kind === "recording";
  if (job.state === "running") {
    const template = isSound ? words.running_seconds : job.total === null ? words.running : words.running_of;
    return fill(template, { kind, done: job.done, total: job.total });
  }
  if (job.state === "failed") return fill(words.failed, { kind, note: words.notes[job.note] ?? (text.value.errors[job.note] || job.note) });
  if (job.state === "lost") return fill(words.lost, { kind });
  const [alerts = "0", drawn = "0"] = [...job.note.matchAll(/=(\d+)/g)].map((found) => found[1] ?? "0");
  return fill(isSound ? words.done_seconds : words.done, { kind, done: job.done, alerts, drawn });
}
