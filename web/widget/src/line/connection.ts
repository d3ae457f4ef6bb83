import type { Frame, Outgoing, Session } from "../protocol";
import type { Memory } from "../storage";
import { openPolling, openSocket, openStream, type Kind, type Line } from "./lines";
import { Refusal, type Server } from "./server";

export type Status = "connecting" | "online" | "offline";

/** What the connection tells the window. */
export interface Owner {
  take(frame: Frame): void;
  status(status: Status): void;
  session(session: Session, isNew: boolean): void;
  failed(messageId: string, code: string): void;
}

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 15_000;
const WELCOME_MS = 8_000;
const UNCONFIRMED_MS = 20_000;
/** A token holds for a day; a tab that stays open gets another one at the first new line after so long. */
const RENEW_MS = 6 * 3_600_000;
const OPENERS = { websocket: openSocket, sse: openStream, poll: openPolling };

/**
 * Keeps a line open and loses nothing: what is said waits in the tab's memory until the server shows it, and goes out
 * again with the same id after a broken line; what is shown is counted by its id, so that nothing is shown twice.
 */
export class Connection {
  private line: Line | null = null;
  private waiting: Outgoing[];
  private last = 0;
  private pause = FIRST_PAUSE_MS;
  private timer: number | undefined;
  private confirm: number | undefined;
  private failures = 0;
  private isCaughtUp = false;
  private renewAt = 0;
  private isStopped = true;
  private generation = 0;

  constructor(
    private readonly server: Server,
    private readonly memory: Memory,
    private readonly owner: Owner,
    private readonly forced: Kind | null,
    private readonly login: () => Promise<string | null>,
  ) {
    this.waiting = JSON.parse(memory.getTab("waiting") ?? "[]") as Outgoing[];
    addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
  }

  /** Messages that the server has not shown yet. */
  get unconfirmed(): readonly Outgoing[] { return this.waiting; }

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    void this.connect();
  }

  stop(): void {
    this.isStopped = true;
    this.generation++;
    this.drop();
    removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
  }

  /** Begin again from nothing: another visitor, or the same one with another token. */
  restart(forget: boolean): void {
    if (forget) { this.memory.set("token", null); this.keep([]); }
    this.server.token = "";
    this.last = 0;
    this.drop();
    if (!this.isStopped) void this.connect();
  }

  /** Go on with a session that was just given. */
  adopt(session: Session): void {
    this.memory.set("token", session.token);
    this.keep([]);
    this.restart(false);
  }

  say(message: Outgoing): void {
    this.keep([...this.waiting, message]);
    if (this.isCaughtUp) void this.sendOut(message);
  }

  /** Send one again that the server refused. */
  again(messageId: string): void {
    const message = this.waiting.find((one) => one.message_id === messageId);
    if (message) void this.sendOut(message);
  }

  private readonly hurry = () => {
    if (this.isStopped || this.line || document.hidden) return;
    clearTimeout(this.timer);
    void this.connect();
  };

  private async connect(): Promise<void> {
    const mine = ++this.generation;
    clearTimeout(this.timer);
    this.owner.status("connecting");
    try {
      if (!this.server.token || performance.now() > this.renewAt) await this.open(mine);
    } catch (error) {
      if (mine === this.generation) this.retry(error instanceof Refusal ? error.waitSeconds : 0);
      return;
    }
    if (mine !== this.generation || this.isStopped) return;
    const kind = this.forced ?? (this.failures < 2 ? "websocket" : this.failures < 4 ? "sse" : "poll");
    const tooLate = window.setTimeout(() => ended("lost"), WELCOME_MS);
    let isWelcome = false;
    const ended = (cause: "lost" | "bad_token") => {
      clearTimeout(tooLate);
      if (mine !== this.generation) return;
      if (!isWelcome && cause === "lost" && navigator.onLine) this.failures++;
      if (cause === "bad_token") { this.server.token = ""; this.last = 0; }
      this.drop();
      this.retry(0);
    };
    this.line = OPENERS[kind](this.server, this.last, {
      ended,
      take: (frame) => {
        if (mine !== this.generation) return;
        if (frame.type === "welcome") { isWelcome = true; clearTimeout(tooLate); this.welcome(); }
        this.take(frame);
      },
    });
  }

  private async open(mine: number): Promise<void> {
    const old = this.memory.get("token");
    const session = await this.server.openSession(old, await this.login());
    if (mine !== this.generation) return;
    this.server.token = session.token;
    this.renewAt = performance.now() + RENEW_MS;
    this.memory.set("token", session.token);
    const isNew = this.memory.get("conversation") !== session.conversation;
    this.memory.set("conversation", session.conversation);
    this.owner.session(session, isNew);
  }

  private welcome(): void {
    this.pause = FIRST_PAUSE_MS;
    this.failures = 0;
    this.owner.status("online");
  }

  private take(frame: Frame): void {
    if (frame.type === "event") {
      if (frame.id <= this.last) return;
      this.last = frame.id;
      if (frame.kind === "customer") this.keep(this.waiting.filter((one) => one.message_id !== frame.message_id));
    }
    if (frame.type === "error") { this.refused(frame.code, frame.message_id, frame.wait_seconds ?? 0); return; }
    this.owner.take(frame);
    if (frame.type === "caught_up") void this.sendWaiting();
  }

  /** What waits goes out first and in order; what is said meanwhile joins the end. */
  private async sendWaiting(): Promise<void> {
    const line = this.line;
    const sent = new Set<string>();
    for (let next = this.unsent(sent); next && this.line === line; next = this.unsent(sent)) {
      sent.add(next.message_id);
      await this.sendOut(next);
    }
    this.isCaughtUp = this.line === line && line !== null;
  }

  private unsent(sent: Set<string>): Outgoing | undefined {
    return this.waiting.find((message) => !sent.has(message.message_id));
  }

  private async sendOut(message: Outgoing): Promise<void> {
    if (!this.line) return;
    try {
      await this.line.send(message);
      clearTimeout(this.confirm);
      this.confirm = window.setTimeout(() => this.checkConfirmed(), UNCONFIRMED_MS);
    } catch (error) {
      if (error instanceof Refusal && error.status > 0) this.refused(error.code, message.message_id, error.waitSeconds);
    }
  }

  /** A line that takes messages and shows nothing is dead: open another one. */
  private checkConfirmed(): void {
    if (this.waiting.length && this.line && !document.hidden) { this.generation++; this.drop(); this.retry(0); }
  }

  private refused(code: string, messageId: string | undefined, waitSeconds: number): void {
    if (!messageId) return;
    if (code === "try_again" || code === "busy" || code === "store_unavailable" || code === "too_many_requests") {
      window.setTimeout(() => this.again(messageId), Math.max(1_500, waitSeconds * 1_000));
      if (code !== "too_many_requests") return;
    } else {
      this.keep(this.waiting.filter((one) => one.message_id !== messageId));
    }
    this.owner.failed(messageId, code);
  }

  private retry(waitSeconds: number): void {
    if (this.isStopped) return;
    this.owner.status("offline");
    clearTimeout(this.timer);
    const pause = Math.max(this.pause * (0.7 + Math.random() * 0.6), waitSeconds * 1_000);
    this.timer = window.setTimeout(() => void this.connect(), pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  private drop(): void {
    clearTimeout(this.confirm);
    this.isCaughtUp = false;
    const line = this.line;
    this.line = null;
    line?.close();
  }

  private keep(waiting: Outgoing[]): void {
    this.waiting = waiting;
    this.memory.setTab("waiting", waiting.length ? JSON.stringify(waiting) : null);
  }
}
