/** Small elements without HTML strings: nothing a customer or a server says is ever parsed as markup. */

type Child = Node | string | number | null | undefined | false;
type Values = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** Make an element; `on...` values are listeners, true and false set and leave out an attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, values: Values = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  assign(made, values);
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

/** Make an SVG element. */
export function svg(tag: string, values: Values = {}, ...children: Child[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  assign(made, values);
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

function assign(element: Element, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
}

const PATHS = {
  bolt: "M13 2 5 14h6l-1 8 8-12h-6z",
  close: "M6 6l12 12M18 6 6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M12 19V5M6 11l6-6 6 6",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  voice: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  chat: "M4 5h16v11H9.5L5 20v-4H4z",
  star: "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  play: "M8 5.5v13l10-6.5z",
  pin: "M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
};

/** Make an icon; it says nothing to a screen reader. */
export function icon(name: keyof typeof PATHS): SVGElement {
  return svg("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" }, svg("path", { d: PATHS[name] }));
}

/** Return text with its web addresses as links; only http and https become links. */
export function linked(text: string): (Node | string)[] {
  return text.split(/(https?:\/\/[^\s，。；、（）()<>"']+)/g).map((part) =>
    /^https?:\/\//.test(part) ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part,
  );
}

/** Return the address when a link may lead there, else nothing. */
export function safeAddress(address: string | undefined): string | undefined {
  return address && /^(https?:\/\/|\/(?!\/))/.test(address) ? address : undefined;
}
