import { en } from "./en";
import { zhCN, type Strings } from "./zh-CN";
import { zhTW } from "./zh-TW";

export type { Strings };

const PACKS: Record<string, Strings> = { "zh-CN": zhCN, "zh-TW": zhTW, en };

/** Return the pack of a locale, with what the host page says differently. */
export function stringsFor(locale: string, changes: Partial<Strings> = {}): Strings {
  const name = /^zh-(TW|HK|MO|Hant)/i.test(locale) ? "zh-TW" : /^en/i.test(locale) ? "en" : "zh-CN";
  return { ...PACKS[name]!, ...changes };
}

/** Put a value into a text with one place for it. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
