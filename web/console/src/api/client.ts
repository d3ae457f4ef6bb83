// One door to the server: JSON, the CSRF token, errors by code. Nothing else calls fetch.

const BASE = "/console/api";
const TIMEOUT_MS = 20_000;
const FILE_TIMEOUT_MS = 600_000;

/** The server's refusal; `code` is what the page words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(code);
  }
}

let csrf = "";
let whenLoggedOut: (code: string) => void = () => undefined;

export function useToken(token: string): void {
  csrf = token;
}

/** Called when the log-in has ended, or a new password is due. */
export function onLoggedOut(listener: (code: string) => void): void {
  whenLoggedOut = listener;
}

type Parameters = Record<string, string | number | boolean | null | undefined>;

function withParameters(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  return query.size ? `${path}?${query}` : path;
}

async function call<T>(method: string, path: string, body?: unknown, reason = ""): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-CSRF-Token"] = csrf;
    headers["Content-Type"] = "application/json";
    if (reason) headers["X-Reason"] = encodeURIComponent(reason);
  }
  const isFile = body instanceof Blob;
  if (isFile) headers["Content-Type"] = "application/octet-stream";
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      credentials: "same-origin",
      signal: AbortSignal.timeout(isFile ? FILE_TIMEOUT_MS : TIMEOUT_MS),
      ...(method === "GET" ? {} : { body: isFile ? body : JSON.stringify(body ?? {}) }),
    });
  } catch {
    throw new ApiError(0, "offline");
  }
  const answer = (await response.json().catch(() => ({}))) as { error?: Record<string, unknown> };
  if (response.ok) return answer as T;
  const code = String(answer.error?.code ?? "server_error");
  if (code === "not_logged_in" || code === "password_change_needed") whenLoggedOut(code);
  throw new ApiError(response.status, code, answer.error);
}

export const get = <T>(path: string, parameters: Parameters = {}): Promise<T> =>
  call<T>("GET", withParameters(path, parameters));
/** A reason goes into the audit trail beside the act. */
export const post = <T>(path: string, body?: unknown, reason = ""): Promise<T> => call<T>("POST", path, body, reason);
export const put = <T>(path: string, body: unknown, reason = ""): Promise<T> => call<T>("PUT", path, body, reason);
/** The body is the file itself; what is told of it stands in the address. */
export const sendFile = <T>(path: string, file: Blob, parameters: Parameters = {}): Promise<T> => call<T>("POST", withParameters(path, parameters), file);
/** Where the browser itself fetches something: a download, a sound. */
export const addressOf = (path: string, parameters: Parameters = {}): string => BASE + withParameters(path, parameters);
export const patch = <T>(path: string, body: unknown, reason = ""): Promise<T> => call<T>("PATCH", path, body, reason);
export const remove = <T>(path: string): Promise<T> => call<T>("DELETE", path);

async function save(path: string, name: string, options: RequestInit): Promise<void> {
  let response: Response;
  try {
    response = await fetch(BASE + path, { credentials: "same-origin", signal: AbortSignal.timeout(3 * TIMEOUT_MS), ...options });
  } catch {
    throw new ApiError(0, "offline");
  }
  if (!response.ok) {
    const answer = (await response.json().catch(() => ({}))) as { error?: Record<string, unknown> };
    throw new ApiError(response.status, String(answer.error?.code ?? "server_error"), answer.error);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Fetch a file and hand it to the browser to keep; a refusal is told like any other. */
export const download = (path: string, parameters: Parameters, name: string): Promise<void> => save(withParameters(path, parameters), name, {});
/** The same for a file that is made from what is sent. */
export const saveAnswer = (path: string, body: unknown, name: string): Promise<void> =>
  save(path, name, { method: "POST", headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function deskSocketAddress(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${BASE}/desk/ws`;
}
