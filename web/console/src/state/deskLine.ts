// The desk's WebSocket: heartbeat, and connection again with growing pauses until it is stopped.
import { deskSocketAddress } from "../api/client";
import { resume } from "./session";

const HEARTBEAT_MS = 15_000;
const LONGEST_PAUSE_MS = 15_000;
const LOGGED_OUT = 4401;

export type LineStatus = "closed" | "connecting" | "open" | "lost";

export class DeskLine {
  isRunning = false;
  private socket: WebSocket | null = null;
  private pauseMs = 1000;
  private heartbeat = 0;
  private again = 0;

  constructor(
    private readonly receive: (frame: { type: string }) => void,
    private readonly tell: (status: LineStatus) => void,
  ) {
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => !document.hidden && this.hurry());
  }

  start(): void {
    this.isRunning = true;
    this.tell("connecting");
    this.connect();
  }

  stop(): void {
    this.isRunning = false;
    window.clearTimeout(this.again);
    this.socket?.close();
    this.tell("closed");
  }

  send(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private connect(): void {
    const socket = new WebSocket(deskSocketAddress());
    this.socket = socket;
    socket.onopen = () => {
      this.pauseMs = 1000;
      this.tell("open");
      this.heartbeat = window.setInterval(() => this.send({ type: "heartbeat" }), HEARTBEAT_MS);
    };
    socket.onmessage = (event) => this.receive(JSON.parse(String(event.data)) as { type: string });
    socket.onclose = (event) => void this.lost(event.code);
  }

  private async lost(code: number): Promise<void> {
    window.clearInterval(this.heartbeat);
    this.socket = null;
    if (!this.isRunning) return;
    this.tell("lost");
    if (code === LOGGED_OUT && !(await this.isLoggedIn())) return this.stop();
    this.again = window.setTimeout(() => this.connect(), this.pauseMs + Math.random() * 300);
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }

  private async isLoggedIn(): Promise<boolean> {
    return (await resume().catch(() => null)) !== null;
  }

  private hurry(): void {
    if (!this.isRunning || this.socket) return;
    window.clearTimeout(this.again);
    this.connect();
  }
}
