import type { Frame, Outgoing } from "../protocol";
import { Refusal, type Server } from "./server";

/** What a line tells its owner. */
export interface Listener {
  take(frame: Frame): void;
  ended(cause: "lost" | "bad_token"): void;
}

/** One open line to the server. */
export interface Line {
  send(message: Outgoing): Promise<void>;
  close(): void;
}

export type Kind = "websocket" | "sse" | "poll";

/** Lost without a sound: the server's heartbeats or comments did not come for so long. */
const SILENT_MS = 60_000;

/** A WebSocket: messages and events on one line. */
export function openSocket(server: Server, last: number, listener: Listener): Line {
  const socket = new WebSocket(server.socketAddress());
  let isOver = false;
  const end = (cause: "lost" | "bad_token") => {
    if (isOver) return;
    isOver = true;
    socket.close();
    listener.ended(cause);
  };
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: server.token, last_event_id: last }));
  socket.onmessage = (event) => { if (!isOver) listener.take(JSON.parse(event.data as string) as Frame); };
  socket.onclose = (event) => end(event.code === 4401 ? "bad_token" : "lost");
  return {
    send: async (message) => {
      if (socket.readyState !== WebSocket.OPEN) throw new Refusal(0, "unreachable");
      socket.send(JSON.stringify({ type: "message", ...message }));
    },
    close: () => { isOver = true; socket.close(); },
  };
}

/** Server-sent events; messages go by POST. */
export function openStream(server: Server, last: number, listener: Listener): Line {
  const stop = new AbortController();
  let watch: number | undefined;
  const heard = () => { clearTimeout(watch); watch = window.setTimeout(() => stop.abort(), SILENT_MS); };
  const read = async () => {
    const reader = (await server.stream(last, stop.signal)).getReader();
    listener.take({ type: "welcome" });
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const line = block.split("\n").find((one) => one.startsWith("data: "));
        if (line) listener.take(JSON.parse(line.slice(6)) as Frame);
      }
    }
  };
  heard();
  run(read, stop, listener, () => clearTimeout(watch));
  return { send: async (message) => { await server.send(message); }, close: () => close(stop) };
}

/** Asking again and again, where proxies let nothing else through; messages go by POST. */
export function openPolling(server: Server, last: number, listener: Listener): Line {
  const stop = new AbortController();
  const read = async () => {
    for (let seen = last, wait = 0; !stop.signal.aborted; wait = 20) {
      const { events, notices } = await server.poll(seen, wait, stop.signal);
      if (wait === 0) listener.take({ type: "welcome" });
      for (const frame of [...notices, ...events] as Frame[]) {
        listener.take(frame);
        if (frame.type === "event") seen = frame.id;
      }
      if (wait === 0) listener.take({ type: "caught_up", last_event_id: seen });
    }
  };
  run(read, stop, listener, () => undefined);
  return { send: async (message) => { await server.send(message); }, close: () => close(stop) };
}

const CLOSED = "closed";

function close(stop: AbortController): void { stop.abort(CLOSED); }

function run(read: () => Promise<void>, stop: AbortController, listener: Listener, after: () => void): void {
  read()
    .catch((error: unknown) => error)
    .then((error) => {
      after();
      if (stop.signal.reason === CLOSED) return;
      listener.ended(error instanceof Refusal && error.status === 401 ? "bad_token" : "lost");
    });
}
