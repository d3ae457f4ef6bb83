// The page that somebody asked for before he was sent to the identity provider: this tab keeps it until he is back.
const KEY = "gridtalk.console.wanted";
const LOGIN = "/login";

/** A page of the console as the address names it; empty for the log-in page and for what leads elsewhere. */
export const readWanted = (to: unknown): string => (typeof to === "string" && /^\/[^/\\]/.test(to) && !to.startsWith(LOGIN) ? to : "");

export const keepWanted = (to: string): void => (to ? sessionStorage.setItem(KEY, to) : sessionStorage.removeItem(KEY));

/** What was kept; it counts once. */
export function takeWanted(): string {
  const kept = readWanted(sessionStorage.getItem(KEY));
  sessionStorage.removeItem(KEY);
  return kept;
}
