// What a list of conversations shows: kept in the address, so that a link and the way back find the same list.
import type { LocationQuery } from "vue-router";
import type { ScoreFilter } from "../api/quality";
import { present } from "../state/clock";

export const PERIODS = ["today", "week", "month", "quarter", "all"] as const;
export type Period = (typeof PERIODS)[number];
const DAYS: Record<Period, number> = { today: 0, week: 6, month: 29, quarter: 89, all: 0 };
const CHINA_SECONDS = 8 * 3600;
const DAY_SECONDS = 24 * 3600;

export interface Filters {
  period: Period;
  channel: string;
  agent: string;
  source: string;
  state: string;
  scope: string;
  intent: string;
  release: string;
  item: number | "";
  fatal: boolean;
  min: number | undefined;
  max: number | undefined;
  query: string;
  order: string;
}

export const PLAIN: Filters = { period: "week", channel: "", agent: "", source: "", state: "", scope: "", intent: "", release: "", item: "", fatal: false, min: undefined, max: undefined, query: "", order: "newest" };
const WORDS = ["channel", "agent", "source", "state", "scope", "intent", "release", "query", "order"] as const;

/** The first second of a period: a day begins at midnight in China. */
export function beginOf(period: Period, now = present()): number | null {
  if (period === "all") return null;
  const today = Math.floor((now + CHINA_SECONDS) / DAY_SECONDS) * DAY_SECONDS - CHINA_SECONDS;
  return today - DAYS[period] * DAY_SECONDS;
}

export function readFilters(query: LocationQuery): Filters {
  const found: Filters = { ...PLAIN };
  const one = (name: string): string => String(query[name] ?? "");
  if (PERIODS.includes(one("period") as Period)) found.period = one("period") as Period;
  for (const name of WORDS) if (query[name]) found[name] = one(name);
  if (/^\d+$/.test(one("item"))) found.item = Number(one("item"));
  found.fatal = one("fatal") === "1";
  for (const name of ["min", "max"] as const) if (/^\d+$/.test(one(name))) found[name] = Number(one(name));
  return found;
}

export function toQuery(filters: Filters, page: number): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(filters)) {
    if (value !== PLAIN[name as keyof Filters] && value !== undefined && value !== null) query[name] = value === true ? "1" : String(value);
  }
  if (page > 1) query.page = String(page);
  return query;
}

/** As the server is asked. */
export function asked(filters: Filters): Partial<ScoreFilter> {
  const { period, fatal, item, min, max, ...words } = filters;
  return { ...words, since: beginOf(period), fatal: fatal ? "1" : "", item: item || null, min: min ?? null, max: max ?? null };
}

export const isPlain = (filters: Filters): boolean => Object.keys(toQuery({ ...filters, period: "week", order: "newest" }, 1)).length === 0;
