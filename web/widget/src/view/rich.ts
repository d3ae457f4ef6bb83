import { h, icon, linked, safeAddress, svg } from "../dom";
import type { Bill, Card, Choice, Custom, Form, List, Progress, Source, Usage } from "../protocol";
import { fill, type Strings } from "../strings";

/** What rich content may ask of the window. */
export interface Act {
  choose(choice: Choice): void;
  submit(text: string): void;
  address(path: string): string;
}

/** Return the parts of a reply that are more than text, in a fixed order. */
export function richParts(custom: Custom, strings: Strings, act: Act): HTMLElement[] {
  const parts: (HTMLElement | null)[] = [
    custom.card ? card(custom.card, act) : null,
    custom.bill ? bill(custom.bill, strings) : null,
    custom.usage?.points.length ? usage(custom.usage, strings) : null,
    custom.progress ? progress(custom.progress) : null,
    custom.list ? list(custom.list, act) : null,
    custom.outage_map ? outageMap(custom.outage_map, strings) : null,
  ];
  return parts.filter((part): part is HTMLElement => part !== null);
}

/** Quick replies: pressed once, they are gone. */
export function choices(offered: Choice[], act: Act): HTMLElement {
  const buttons = offered.map((choice) => h("button", { type: "button", class: "choice", onclick: () => act.choose(choice) }, choice.title));
  return h("div", { class: "choices", role: "group" }, ...buttons);
}

/** A form of one field, such as the account number (户号). */
export function form(asked: Form, strings: Strings, act: Act): HTMLElement {
  const name = `field-${asked.field}`;
  const input = h("input", {
    id: name, name: asked.field, autocomplete: asked.field === "phone" ? "tel" : "off", maxlength: 40,
    inputmode: asked.numeric ? "numeric" : "text", "aria-describedby": `${name}-hint`,
  });
  const hint = h("p", { id: `${name}-hint`, class: "hint" }, asked.hint ?? "");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const value = asked.numeric ? input.value.replace(/[\s-]/g, "") : input.value.trim();
    const isGood = value !== "" && (!asked.pattern || new RegExp(`^(?:${asked.pattern})$`).test(value));
    input.setAttribute("aria-invalid", String(!isGood));
    hint.textContent = isGood ? asked.hint ?? "" : strings.badForm;
    hint.classList.toggle("bad", !isGood);
    if (isGood) act.submit(value); else input.focus();
  };
  return h("form", { class: "form", novalidate: true, onsubmit: submit },
    h("label", { for: name }, asked.label),
    h("div", { class: "row" }, input, h("button", { type: "submit", class: "solid" }, strings.submit)),
    hint);
}

/** The forms that the server asks for by the name of a slot. */
export function formFor(slot: string, strings: Strings): Form | null {
  if (slot === "account_no") return { field: slot, label: strings.accountNo, hint: strings.accountNoHint, pattern: "\\d{10,13}", numeric: true };
  if (slot === "phone") return { field: slot, label: strings.phone, hint: strings.phoneHint, pattern: "1\\d{10}", numeric: true };
  return null;
}

function card(shown: Card, act: Act): HTMLElement {
  const image = safeAddress(shown.image);
  return h("section", { class: "card" },
    image && h("img", { src: act.address(image), alt: "", loading: "lazy" }),
    h("h3", {}, shown.title),
    shown.text && h("p", {}, ...linked(shown.text)),
    shown.fields?.length && h("dl", {}, ...shown.fields.flatMap(({ label, value }) => [h("dt", {}, label), h("dd", {}, value)])),
    shown.buttons?.length && choices(shown.buttons, act));
}

function list(shown: List, act: Act): HTMLElement {
  const items = shown.items.map(({ title, text, payload }) => h("li", {},
    payload ? h("button", { type: "button", class: "link", onclick: () => act.choose({ title, payload }) }, title) : h("strong", {}, title),
    text && h("p", {}, ...linked(text))));
  return h("section", { class: "card" }, shown.title && h("h3", {}, shown.title), h("ul", { class: "list" }, ...items));
}

function bill(shown: Bill, strings: Strings): HTMLElement {
  const rows = shown.lines.map((line) => h("tr", {},
    h("th", { scope: "row" }, line.name),
    h("td", {}, line.quantity ? `${line.quantity}${line.unit ? ` ${line.unit}` : ""}` : ""),
    h("td", {}, line.price ?? ""),
    h("td", {}, line.amount)));
  const heads = [strings.item, strings.quantity, strings.price, strings.amount];
  return h("div", { class: "card scroll", tabindex: 0, role: "region", "aria-label": shown.month ?? strings.total },
    h("table", {},
      shown.month && h("caption", {}, shown.month),
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows),
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: 3 }, strings.total), h("td", {}, shown.total)))));
}

const WIDTH = 320, HEIGHT = 132, FOOT = 18, HEAD = 16;

function usage(shown: Usage, strings: Strings): HTMLElement {
  const unit = shown.unit ?? "kWh";
  const title = shown.title ?? fill(strings.usage, { unit });
  const most = Math.max(1, ...shown.points.map((point) => point.value));
  const step = WIDTH / shown.points.length, every = Math.ceil(shown.points.length / 7);
  const tall = (value: number) => ((HEIGHT - FOOT - HEAD) * value) / most;
  const bars = shown.points.flatMap(({ label, value, valley }, place) => {
    const x = place * step + step * 0.2, width = Math.min(step * 0.6, 30);
    const isPlain = place === shown.points.length - 1 || value === most;
    return [
      svg("rect", { class: "bar", x, width, y: HEIGHT - FOOT - tall(value), height: tall(value), rx: 2 }),
      valley !== undefined && svg("rect", { class: "valley", x, width, y: HEIGHT - FOOT - tall(valley), height: tall(valley), rx: 2 }),
      isPlain && svg("text", { class: "figure", x: x + width / 2, y: HEIGHT - FOOT - tall(value) - 4 }, String(value)),
      place % every === 0 && svg("text", { x: x + width / 2, y: HEIGHT - 4 }, label),
    ].filter((part): part is SVGElement => Boolean(part));
  });
  const has = shown.points.some((point) => point.valley !== undefined);
  const rows = shown.points.map(({ label, value, peak, valley }) => h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, String(value)),
    has && h("td", {}, String(peak ?? "")), has && h("td", {}, String(valley ?? ""))));
  return h("figure", { class: "card chart" },
    h("figcaption", {}, title, has && h("span", { class: "key" }, h("i"), strings.peak, h("i"), strings.valley)),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title }, ...bars) as unknown as HTMLElement,
    h("details", {}, h("summary", {}, strings.showTable), h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, strings.month), h("th", { scope: "col" }, unit),
        has && h("th", { scope: "col" }, strings.peak), has && h("th", { scope: "col" }, strings.valley))),
      h("tbody", {}, ...rows))));
}

function progress(shown: Progress): HTMLElement {
  return h("ol", { class: "card progress" }, ...shown.steps.map(({ title, at, state }) =>
    h("li", { class: state, "aria-current": state === "current" ? "step" : false }, h("span", {}, title), at && h("time", {}, at))));
}

function outageMap(shown: { url: string; title?: string }, strings: Strings): HTMLElement | null {
  const address = safeAddress(shown.url);
  return address ? h("a", { class: "card map", href: address, target: "_blank", rel: "noopener noreferrer" }, icon("pin"), shown.title ?? strings.openMap) : null;
}

export function sources(named: Source[], strings: Strings): HTMLElement {
  return h("details", { class: "sources" }, h("summary", {}, strings.sources),
    h("ul", {}, ...named.map(({ document, title, version }) => h("li", {}, [document, title, version].filter(Boolean).join(" · ")))));
}
