import { Connection, type Status } from "./line/connection";
import { Refusal, Server } from "./line/server";
import type { Options } from "./options";
import type { ChatEvent, Choice, Frame, Outgoing, Rating, Session } from "./protocol";
import { fill, stringsFor, type Strings } from "./strings";
import { Memory } from "./storage";
import { MessageLog } from "./view/log";
import { Panel } from "./view/panel";
import { ratingCard } from "./view/rating";

const RATE_AFTER_MS = 120_000;
const TYPING_MS = 30_000;
const IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp"];

/** One chat window: what is shown, what is said, what is remembered. */
export class Window {
  readonly element: HTMLElement;
  readonly strings: Strings;
  conversation = "";
  status: Status = "connecting";
  unread = 0;
  isOpen = false;
  private readonly log: MessageLog;
  private readonly panel: Panel;
  private readonly server: Server;
  private readonly memory: Memory;
  private readonly connection: Connection;
  private session: Session | null = null;
  private isLive = false;
  private said = 0;
  private rating: HTMLElement | null = null;
  private idle: number | undefined;
  private typing: number | undefined;

  constructor(private readonly host: HTMLElement, private readonly options: Options, changes: Partial<Strings>, login: () => Promise<string | null>) {
    const own: Partial<Strings> = { ...(options.title && { title: options.title }), ...(options.greeting && { greeting: options.greeting }), ...changes };
    this.strings = stringsFor(options.locale, own);
    this.server = new Server(options.server);
    this.memory = new Memory(`gridtalk:${options.server}:`);
    const act = {
      choose: (choice: Choice) => this.say(choice.payload, choice.title),
      submit: (text: string) => this.say(text),
      address: (path: string) => this.server.address(path),
    };
    this.log = new MessageLog(this.strings, act, (id) => this.connection.again(id));
    this.panel = new Panel(this.strings, options, this.log, {
      say: (text) => this.say(text),
      image: (file) => void this.sendImage(file),
      voice: (content) => void this.upload("voice", content),
      complain: (text) => this.panel.complain(text),
      mostVoiceSeconds: () => this.session?.limits.voice_seconds ?? 60,
      setOpen: (isOpen) => this.setOpen(isOpen),
      askAgent: () => this.say(this.strings.agentSays, this.strings.agent),
      rate: () => this.askRating(),
      clear: () => void this.clear().catch(() => this.panel.complain(this.strings.uploadFailed)),
      setElder: (isElder) => { this.memory.set("elder", isElder ? "1" : null); this.look(); },
    });
    this.element = this.panel.element;
    this.connection = new Connection(this.server, this.memory, {
      take: (frame) => this.take(frame),
      status: (status) => this.setStatus(status),
      session: (session, isNew) => this.begin(session, isNew),
      failed: (id, code) => this.log.fail(id, this.refusal(code), code !== "message_too_long"),
    }, options.transport, login);
  }

  start(): void {
    this.look();
    this.log.greet();
    for (const { message_id, text } of this.connection.unconfirmed) this.log.say(message_id, text);
    this.connection.start();
    document.addEventListener("visibilitychange", this.seen);
    this.setOpen(this.options.mode === "inline" || this.options.isOpen, false);
    this.emit("ready");
  }

  stop(): void {
    this.connection.stop();
    document.removeEventListener("visibilitychange", this.seen);
    clearTimeout(this.idle);
  }

  /** Take over how it is to look from the attributes and what was chosen before. */
  look(): void {
    const isElder = this.host.hasAttribute("elder") || this.memory.get("elder") === "1";
    this.panel.look(this.host.getAttribute("theme") ?? "auto", isElder);
  }

  say(text: string, title?: string): void {
    const said = text.trim();
    if (!said) return;
    const message: Outgoing = { message_id: `m-${Date.now().toString(36)}-${random()}`, text: said };
    if (this.options.region) message.region = this.options.region;
    this.agree();
    this.log.undivide();
    this.log.say(message.message_id, said, title);
    if (this.status === "online") this.showTyping();
    this.connection.say(message);
    this.emit("message", { kind: "customer", text: said });
  }

  setOpen(isOpen: boolean, takesFocus = true): void {
    if (this.options.mode === "inline") isOpen = true;
    if (isOpen === this.isOpen) return;
    this.isOpen = isOpen;
    this.panel.setOpen(isOpen, takesFocus);
    if (isOpen) this.seen();
    if (takesFocus) this.emit(isOpen ? "open" : "close");
  }

  changeVisitor(): void { this.connection.restart(true); }

  reset(): void {
    this.forget();
    this.connection.restart(true);
  }

  async clear(): Promise<void> {
    const session = await this.server.clear();
    this.forget();
    this.panel.complain(this.strings.cleared);
    this.begin(session, false);
    this.connection.adopt(session);
  }

  askRating(): void {
    if (this.rating?.isConnected) { this.rating.scrollIntoView({ block: "nearest" }); return; }
    this.rating = ratingCard(this.strings, this.session?.rating ?? null, async (rating: Rating) => {
      await this.server.rate(rating);
      if (this.session) this.session.rating = rating;
      this.emit("rated", rating);
    });
    this.log.append(this.rating);
  }

  private begin(session: Session, isNew: boolean): void {
    if (isNew && this.conversation) this.forget();
    this.session = session;
    this.conversation = session.conversation;
    this.isLive = false;
    this.panel.setConsent(this.options.policyUrl !== "" && session.consent !== this.options.policyVersion);
    this.emit("session", { conversation: session.conversation });
  }

  private forget(): void {
    this.log.clear();
    this.said = 0;
    this.setUnread(0);
  }

  private take(frame: Frame): void {
    if (frame.type === "event") this.show(frame);
    else if (frame.type === "piece") this.log.stream(frame.id, frame.offset, frame.text);
    else if (frame.type === "typing") this.showTyping();
    else if (frame.type === "cleared") { this.forget(); if (this.session && !this.session.is_user) this.connection.restart(false); }
    else if (frame.type === "caught_up") {
      this.isLive = true;
      this.log.toEnd();
    }
  }

  private show(event: ChatEvent): void {
    const isNews = event.kind !== "customer" && event.kind !== "upload" && event.id > Number(this.memory.get("read") ?? 0);
    const isUnseen = isNews && (!this.isOpen || document.hidden) && (this.isLive || this.memory.get("read") !== null);
    if (isUnseen) { this.log.divide(); this.setUnread(this.unread + 1); }
    if (event.kind === "customer") this.said++;
    if (event.state === "waiting_for_agent") this.panel.setService(this.strings.waitingForAgent);
    if (event.kind === "agent" || event.state === "with_agent") this.panel.setService(this.strings.withAgent);
    if (event.state === "with_bot") this.panel.setService("");
    this.log.show(event, this.isLive);
    if (event.kind === "csat") this.askRating();
    if (!isUnseen) this.memory.set("read", String(Math.max(event.id, Number(this.memory.get("read") ?? 0))));
    this.lastId = Math.max(this.lastId, event.id);
    if (this.isLive && isNews) { this.emit("message", { kind: event.kind, text: event.text ?? "", event }); this.rateWhenQuiet(); }
  }

  private lastId = 0;

  /** What was shown has been seen as soon as the window is open and in sight. */
  private readonly seen = () => {
    if (!this.isOpen || document.hidden) return;
    this.setUnread(0);
    if (this.lastId) this.memory.set("read", String(this.lastId));
  };

  private rateWhenQuiet(): void {
    clearTimeout(this.idle);
    if (this.said < 2 || this.session?.rating || this.memory.getTab("asked") === this.conversation) return;
    this.idle = window.setTimeout(() => {
      this.memory.setTab("asked", this.conversation);
      this.askRating();
    }, RATE_AFTER_MS);
  }

  private showTyping(): void {
    this.log.showTyping(true);
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.log.showTyping(false), TYPING_MS);
  }

  private setStatus(status: Status): void {
    if (status === "offline") this.log.showTyping(false);
    if (status !== "online") this.isLive = false;
    this.status = status;
    this.panel.setStatus(status);
    this.emit("status", { status });
  }

  private setUnread(unread: number): void {
    if (unread === this.unread) return;
    this.unread = unread;
    this.panel.setUnread(unread);
    this.emit("unread", { unread });
  }

  private agree(): void {
    if (!this.session || !this.options.policyUrl || this.session.consent === this.options.policyVersion) return;
    this.session.consent = this.options.policyVersion;
    this.panel.setConsent(false);
    const again = (): void => void this.server.agree(this.options.policyVersion).catch(() => window.setTimeout(again, 5_000));
    again();
  }

  private async sendImage(file: File): Promise<void> {
    const most = this.session?.limits.image_bytes ?? 8 * 1024 * 1024;
    if (!IMAGE_TYPES.includes(file.type)) this.panel.complain(this.strings.notAnImage);
    else if (file.size > most) this.panel.complain(fill(this.strings.tooBig, { n: Math.floor(most / 1024 / 1024) }));
    else await this.upload("image", file);
  }

  private async upload(kind: "image" | "voice", content: Blob): Promise<void> {
    this.agree();
    this.panel.setBusy(true);
    const id = `u-${Date.now().toString(36)}-${random()}`;
    try {
      await this.server.upload(kind, content, id).catch((error: unknown) => {
        if (error instanceof Refusal && error.status > 0) throw error;
        return this.server.upload(kind, content, id); // the answer was lost, perhaps: the same id is kept once
      });
    } catch (error) {
      this.panel.complain(error instanceof Refusal && error.status === 429 ? this.strings.tooMany
        : error instanceof Refusal && error.code === "bad_image" ? this.strings.notAnImage : this.strings.uploadFailed);
    } finally {
      this.panel.setBusy(false);
    }
  }

  private refusal(code: string): string {
    if (code === "message_too_long") return this.strings.tooLong;
    return code === "too_many_requests" ? this.strings.tooMany : this.strings.failed;
  }

  private emit(name: string, detail: unknown = {}): void {
    this.host.dispatchEvent(new CustomEvent(`gridtalk:${name}`, { detail, bubbles: true, composed: true }));
  }
}

function random(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

