import type { Outgoing, Rating, Session } from "../protocol";

/** A refusal of the server, or (status 0) no answer at all. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, readonly waitSeconds = 0) { super(code); }
}

const TIMEOUT_MS = 20_000;

/** The HTTP side of the chat window's door. */
export class Server {
  token = "";

  constructor(readonly base: string) {}

  openSession(token: string | null, login: string | null): Promise<Session> {
    return this.call("POST", "session", { token, login });
  }

  send(message: Outgoing): Promise<unknown> { return this.call("POST", "messages", message); }

  agree(version: string): Promise<unknown> { return this.call("POST", "consent", { version }); }

  rate(rating: Rating): Promise<unknown> { return this.call("POST", "csat", rating); }

  clear(): Promise<Session> { return this.call("DELETE", "history"); }

  poll(last: number, wait: number, signal: AbortSignal): Promise<{ events: unknown[]; notices: unknown[] }> {
    return this.call("GET", `poll?last_event_id=${last}&wait=${wait}`, undefined, signal);
  }

  upload(kind: "image" | "voice", content: Blob, messageId: string): Promise<unknown> {
    return this.call("POST", `uploads?kind=${kind}&message_id=${encodeURIComponent(messageId)}`, content, AbortSignal.timeout(60_000));
  }

  /** Open the stream of server-sent events; `fetch` because an EventSource cannot send the token. */
  async stream(last: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.request("GET", "events", undefined, signal, { "Last-Event-ID": String(last), Accept: "text/event-stream" });
    if (!response.body) throw new Refusal(0, "no_stream");
    return response.body;
  }

  socketAddress(): string { return `${this.base.replace(/^http/, "ws")}/webchat/ws`; }

  /** Return the full address of something that the server named by its path. */
  address(path: string): string { return path.startsWith("/") ? this.base + path : path; }

  private async call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await this.request(method, path, body, signal ?? AbortSignal.timeout(TIMEOUT_MS));
    return (await response.json()) as T;
  }

  private async request(method: string, path: string, body: unknown, signal: AbortSignal, extra: Record<string, string> = {}): Promise<Response> {
    const headers: Record<string, string> = { ...extra };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined && !(body instanceof Blob)) headers["Content-Type"] = "application/json";
    let response: Response;
    try {
      const content = body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body);
      response = await fetch(`${this.base}/webchat/${path}`, { method, headers, signal, body: content, credentials: "omit", cache: "no-store" });
    } catch {
      throw new Refusal(0, "unreachable");
    }
    if (response.ok) return response;
    const { error } = (await response.json().catch(() => ({}))) as { error?: { code?: string } };
    throw new Refusal(response.status, error?.code ?? "refused", Number(response.headers.get("Retry-After") ?? 0));
  }
}
