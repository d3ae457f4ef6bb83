// How releases are worded: names, shares, gates, reasons.
import type { Gate, Judged, Move, ReleaseState } from "../api/releaseTypes";
import { fill, text } from "../strings";
import { tellIntent } from "../strings/intents";

export const STAGES = [5, 25, 50, 100];
export const STATE_TAGS: Record<ReleaseState, "success" | "warning" | "info" | "danger" | "primary"> = {
  draft: "info", rejected: "danger", shadow: "primary", canary: "warning", stable: "success", retired: "info", rolled_back: "danger",
};

export const tellRelease = (id: string | null): string => (id === "base" ? text.value.releases.base : (id ?? "—"));
export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
export const tellState = (state: ReleaseState, share: number): string => (state === "canary" ? `${text.value.releases.states[state]} ${share}%` : (text.value.releases.states[state] ?? state));
export const tellMove = (move: Move): string => `${move.from === move.to ? text.value.releases.moves.made : text.value.releases.states[move.from]} → ${tellState(move.to, move.percent)}`;
/** Releases move by people, and by two that are none. */
export const tellPerson = (by: string): string => (by === "watch" ? text.value.releases.moves.watch : by === "project" ? text.value.releases.moves.project : by);

export function tellGate(name: string): string {
  const [kind = "", intent] = name.split(":");
  const told = text.value.releases.gates[kind];
  return told ? fill(told, { intent: intent ? tellIntent(intent) : "" }) : name;
}

const COUNTED = ["exceptions", "p95_ms"];
const PLAIN = ["milliseconds_p50", "megabytes"];
export const tellFigure = (one: Judged, value: number | null): string => (value === null ? "—" : COUNTED.includes(one.name) ? String(Math.round(value * 10) / 10) : percent(value));
export const tellMeasure = (gate: Gate, value: number): string => (PLAIN.includes(gate.name) ? value.toFixed(1) : `${(value * 100).toFixed(2)}%`);

/** "at least -0.005" in the words of the page. */
export function tellLimit(limit: string): string {
  const found = /^(at least|at most) ([+-]?[\d.]+)( times)?$/.exec(limit);
  if (!found) return limit;
  const [, side, number = "", times] = found;
  if (times) return `≤ ${number}×`;
  const sign = side === "at least" ? "≥" : "≤";
  return /^[+-]/.test(number) ? `${sign} ${(Number(number) * 100).toFixed(1)}pp` : `${sign} ${number}`;
}
