// Places, days and texts of articles in words.
import type { ArticleContent, ArticleRow, Found } from "../api/knowledgeTypes";
import { present } from "../state/clock";
import { fill, text } from "../strings";

export const UNSURE = new Set(["单源", "推算", "记忆未核"]);
/** Chinese read aloud in a second, so that a length says something to whoever writes. */
const CHARACTERS_A_SECOND = 4.5;
const CHINA_DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short" });

export const tellRegions = (regions: string[]): string => (regions.length ? regions.join(text.value.marks.list) : text.value.knowledge.list.everywhere);
export const today = (): string => CHINA_DAY.format(present() * 1000);
export const daysTo = (day: string): number => Math.round((Date.parse(day) - Date.parse(today())) / 86_400_000);
export const lengthOf = (words: string): number => [...words].length;
export const secondsOf = (words: string): number => Math.max(1, Math.round(lengthOf(words) / CHARACTERS_A_SECOND));
export const linesOf = (words: string): string[] => words.split("\n").map((line) => line.trim()).filter(Boolean);

/** The beginning of an answer as the phone says it where nobody wrote a voice: its first two sentences. */
export function spokenFrom(answer: string): string {
  const sentences = answer.split(/\s+/).join(" ").match(/[^。！？!?；;]+[。！？!?；;]?/g) ?? [];
  return sentences.slice(0, 2).join("");
}

export function duplicatesIn(question: string, lines: string[]): string[] {
  const seen = new Set([question.trim()]);
  const found = new Set<string>();
  for (const line of lines) (seen.has(line) ? found : seen).add(line);
  return [...found];
}

export interface Mark {
  type: "danger" | "warning" | "info";
  word: string;
}

/** What an editor must see at an article in the list. */
export function marksOf(row: ArticleRow): Mark[] {
  const words = text.value.knowledge.list;
  const marks: Mark[] = [];
  if (row.valid_to) {
    const left = daysTo(row.valid_to);
    if (left < 0) marks.push({ type: "danger", word: words.expired });
    else if (left <= 30) marks.push({ type: "warning", word: fill(words.expires, { n: left }) });
  }
  if (row.valid_from && daysTo(row.valid_from) > 0) marks.push({ type: "info", word: words.not_yet });
  if (UNSURE.has(row.source.certainty)) marks.push({ type: "warning", word: words.unsure_tag });
  if (row.referral) marks.push({ type: "info", word: words.referral });
  return marks;
}

export function tellFound(found: Found): string {
  const words = text.value.knowledge.test;
  if (found.kind === "answer") return fill(words.answered, { question: found.question ?? found.id ?? "" });
  if (found.kind === "region_needed") return words.region_needed;
  return found.suggestions.length ? words.suggested : words.nothing;
}

export const emptyArticle = (): ArticleContent => ({
  topic: "", question: "", similar: [], answer: "", voice: "", card: null, category: "", regions: [], customer_class: "全部",
  source: { document: "", certainty: "官方原文", checked: today() }, valid_from: today(), valid_to: null, referral: false,
});
