import type { Kind } from "./line/lines";

/** What the host page chose, as attributes of the element. */
export interface Options {
  server: string;
  locale: string;
  mode: "floating" | "inline";
  transport: Kind | null;
  policyUrl: string;
  policyVersion: string;
  region: string;
  title: string;
  greeting: string;
  mapUrl: string;
  isOpen: boolean;
}

export const ATTRIBUTES = ["theme", "elder"] as const;

/** Where this script came from: the bot that the widget talks to, unless the page says otherwise. */
export const ORIGIN = ((): string => {
  const script = document.currentScript as HTMLScriptElement | null;
  return script?.src ? new URL(script.src).origin : location.origin;
})();

export function readOptions(element: HTMLElement): Options {
  const read = (name: string) => element.getAttribute(name) ?? "";
  const transport = read("transport");
  return {
    server: (read("server") || ORIGIN).replace(/\/+$/, ""),
    locale: read("locale") || document.documentElement.lang || "zh-CN",
    mode: read("mode") === "inline" ? "inline" : "floating",
    transport: transport === "websocket" || transport === "sse" || transport === "poll" ? transport : null,
    policyUrl: read("policy-url"),
    policyVersion: read("policy-version") || "1",
    region: read("region"),
    title: read("title-text"),
    greeting: read("greeting"),
    mapUrl: read("map-url"),
    isOpen: element.hasAttribute("open"),
  };
}
