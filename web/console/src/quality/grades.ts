// Scores of items as people say them, totals as they will be.
import type { Item } from "../api/qualityTypes";
import { text } from "../strings";

export type Grade = number | null;
/** In the order of buttons and keys. */
export const GRADES: { key: string; grade: Grade }[] = [{ key: "1", grade: 1 }, { key: "2", grade: 0.5 }, { key: "3", grade: 0 }, { key: "0", grade: null }];
export const KEYS = new Map(GRADES.map((one) => [one.key, one.grade]));

export function tellGrade(score: Grade): string {
  const words = text.value.quality.grades;
  if (score === null) return words.na;
  if (score >= 1) return words.full;
  if (score <= 0) return words.none;
  return score === 0.5 ? words.half : `${words.half} ${Math.round(score * 100)}%`;
}

export function gradeKind(score: Grade): "success" | "warning" | "danger" | "info" {
  if (score === null) return "info";
  if (score >= 1) return "success";
  return score <= 0 ? "danger" : "warning";
}

export const percent = (share: number | null): string => (share === null ? "—" : `${Math.round(share * 1000) / 10}%`);

/** A second of a recording: 1:05. */
export function tellSecond(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const CHINA = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", timeStyle: "medium" });
/** The time of day: 10:05:31. */
export const tellTime = (at: number): string => CHINA.format(at * 1000);

/** The total with other grades for some items; as the server counts it. */
export function totalWith(items: Item[], grades: Map<number, Grade>): number {
  let reached = 0;
  let whole = 0;
  for (const one of items) {
    const grade = grades.has(one.item) ? (grades.get(one.item) ?? null) : one.final;
    if (grade === null) continue;
    if (one.fatal && grade === 0) return 0;
    reached += one.weight * grade;
    whole += one.weight;
  }
  return whole ? Math.round((reached / whole) * 1000) / 10 : 100;
}

const isFailed = (one: Item): boolean => one.fatal && one.final === 0;
const rank = (one: Item): number => (isFailed(one) ? 0 : one.final === null ? 3 : one.final < 1 ? 1 : 2);

/** What failed first, what does not apply last. */
export const ordered = (items: Item[]): Item[] => [...items].sort((one, other) => rank(one) - rank(other) || one.item - other.item);
