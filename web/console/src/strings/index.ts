// The language of the page: a reactive table, and the few formats that depend on it.
import { computed, ref } from "vue";
import { present } from "../state/clock";
import { en } from "./en";
import { zhCN, type Strings } from "./zh-CN";

export type Locale = "zh-CN" | "en";
const TABLES: Record<Locale, Strings> = { "zh-CN": zhCN, en };
const KEY = "gridtalk.console.locale";

export const locale = ref<Locale>(localStorage.getItem(KEY) === "en" ? "en" : "zh-CN");
export const text = computed(() => TABLES[locale.value]);

export function chooseLocale(chosen: Locale): void {
  locale.value = chosen;
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen;
}

/** Put values into the `{name}` places of a text. */
export function fill(template: string, values: Record<string, unknown>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** The words of an error's code. */
export function wordError(code: string): string {
  return text.value.errors[code] ?? text.value.errors.server_error ?? code;
}

/** A length of time, short: 45 秒, 3 分 20 秒, 2 小时 5 分, 3 天. */
export function tellSeconds(seconds: number): string {
  const units = text.value.units;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return fill(units.seconds, { n: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 10 && whole % 60) return fill(units.minutes_seconds, { m: minutes, s: whole % 60 });
  if (minutes < 60) return fill(units.minutes, { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return fill(units.days, { n: Math.floor(hours / 24) });
  return minutes % 60 ? fill(units.hours_minutes, { h: hours, m: minutes % 60 }) : fill(units.hours, { n: hours });
}

/** Swedish writes dates as ISO does. China Standard Time, wherever the computer believes it is: 2026-11-20 10:05. */
const CHINA = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });

/** A moment: the time alone for today, with the date otherwise. */
export function tellMoment(at: number, now = present()): string {
  const [date = "", clock = ""] = CHINA.format(at * 1000).split(" ");
  return CHINA.format(now * 1000).startsWith(date) ? clock : `${date} ${clock}`;
}

/** A scope of the organisation tree as people say it. */
export function tellScope(scope: string): string {
  return scope ? scope.replaceAll("/", " / ") : text.value.common.whole_network;
}
