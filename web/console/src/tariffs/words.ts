// Figures and keys of a table in words.
import type { Figure, KeyChange, Slot } from "../api/tariffTypes";
import { fill, text } from "../strings";

export const CATEGORIES = ["居民阶梯", "居民峰谷", "居民合表", "居民充电桩", "农业", "工商业单一制", "工商业两部制"];
export const CERTAINTIES = ["官方原文", "多源2", "多源3", "多源4", "单源", "推算"];
export const SLOTS: Slot[] = ["sharp", "peak", "flat", "valley", "deep_valley"];

export const tellSlot = (slot: string): string => text.value.tariffs.table.slots[slot] ?? slot;

const numeral = (tier: number): string => text.value.tariffs.table.numerals[tier - 1] ?? String(tier);
export const tellTier = (tier: number): string => fill(text.value.tariffs.table.tier, { n: numeral(tier) });

/** Without its voltage: 第二档, 采暖期 谷. */
export function tellFigure(figure: Figure): string {
  const words = text.value.tariffs.figure;
  const kind = figure.kind === "tier_price" && figure.tier === null ? "flat_price" : figure.kind;
  const said = fill(words[kind] ?? kind, { tier: figure.tier === null ? "" : numeral(figure.tier), season: figure.season, slot: figure.slot ? tellSlot(figure.slot) : "" });
  return figure.kind === "slot_price" && figure.tier !== null ? `${said} · ${tellTier(figure.tier)}` : said;
}

export function tellChange(change: KeyChange): string {
  if (change.figure) return [tellFigure(change.figure), change.figure.band].filter(Boolean).join(" · ");
  const keys = text.value.tariffs.keys;
  return change.path.map((part) => (typeof part === "number" ? String(part + 1) : (keys[part] ?? text.value.tariffs.table.slots[part] ?? part))).join(" · ");
}

/** Says with a sign and a colour whether a bill grows; the server calculated it. */
export function direction(difference: string | null): "up" | "down" | "same" {
  if (difference === null || /^-?0(\.0*)?$/.test(difference)) return "same";
  return difference.startsWith("-") ? "down" : "up";
}

export const signed = (difference: string | null): string => (difference === null ? "—" : direction(difference) === "up" ? `+${difference}` : difference);

/** What a check says, in the page's language where it is known. */
export function tellMistake(message: string): string {
  return text.value.tariffs.mistakes.find(([pattern]) => new RegExp(pattern).test(message))?.[1] ?? message;
}
