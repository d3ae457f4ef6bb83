import { h, icon, linked, safeAddress } from "../dom";
import type { ChatEvent } from "../protocol";
import { fill, type Strings } from "../strings";
import { choices, form, formFor, richParts, sources, type Act } from "./rich";

interface Item { order: number; element: HTMLElement }

/** The messages, each at its place however they come, none of them twice. */
export class MessageLog {
  readonly element: HTMLElement;
  private readonly list: HTMLElement;
  private readonly typing: HTMLElement;
  private readonly items: Item[] = [];
  private readonly pending = new Map<string, Item>();
  private readonly streams = new Map<number, Item>();
  private titles = new Map<string, string>();
  private divider: HTMLElement | null = null;
  private offer: HTMLElement[] = [];
  /** New messages stay in sight until the customer scrolls up, and again when he comes back down. */
  private isFollowing = true;

  constructor(private readonly strings: Strings, private readonly act: Act, private readonly retry: (messageId: string) => void) {
    this.list = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": strings.title });
    this.typing = h("div", { class: "typing", hidden: true }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
      h("span", { class: "hidden", role: "status" }));
    const leave = (event: Event) => { if (!(event instanceof WheelEvent) || event.deltaY < 0) this.isFollowing = false; };
    this.element = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": strings.title,
      onwheel: leave, ontouchmove: leave, onkeydown: (event: KeyboardEvent) => { if (/^(PageUp|ArrowUp|Home)$/.test(event.key)) leave(event); },
      onscroll: () => { if (this.isAtEnd) this.isFollowing = true; } }, this.list, this.typing);
    new ResizeObserver(() => this.follow()).observe(this.list);
  }

  clear(): void {
    this.items.length = 0;
    this.pending.clear();
    this.streams.clear();
    this.list.replaceChildren();
    this.divider = null;
    this.offer = [];
    this.greet();
  }

  greet(): void {
    const greeting = this.bubble("bot", this.strings.bot, this.strings.greeting);
    const starters = choices(this.strings.starters, this.act);
    this.put(0, h("div", { class: "message bot" }, greeting, starters));
    this.offer = [starters];
  }

  /** Show something said here before the server has it. */
  say(messageId: string, text: string, title?: string): void {
    if (title && title !== text) this.titles.set(text, title);
    this.withdraw();
    const element = this.said(text);
    element.append(h("p", { class: "state", role: "status" }, this.strings.sending));
    this.pending.set(messageId, this.put(Infinity, element));
    this.toEnd();
  }

  /** Say of a message that it did not go out, and why; with a button where trying again may help. */
  fail(messageId: string, why: string, canRetry: boolean): void {
    const state = this.pending.get(messageId)?.element.querySelector(".state");
    const again = h("button", { type: "button", class: "link", onclick: () => { state?.replaceChildren(this.strings.sending); this.retry(messageId); } }, this.strings.retry);
    state?.replaceChildren(why, canRetry ? again : "");
    this.showTyping(false);
  }

  /** Show a message of the server. */
  show(event: ChatEvent, isLive: boolean): void {
    if (event.message_id) this.drop(this.pending, event.message_id);
    this.drop(this.streams, event.id);
    if (event.answers || event.kind === "agent") this.showTyping(false);
    if (event.kind === "customer") this.withdraw();
    const element = this.render(event);
    if (element) this.put(event.id, element);
    if (isLive && event.kind === "customer") this.toEnd();
    else this.follow();
  }

  /** Show a part of a message that is still coming. */
  stream(id: number, offset: number, text: string): void {
    let item = this.streams.get(id);
    if (!item) {
      item = this.put(id, h("div", { class: "message bot", "aria-busy": "true" }, this.bubble("bot", this.strings.bot, "")));
      this.streams.set(id, item);
      this.showTyping(false);
    }
    const body = item.element.querySelector(".text")!;
    body.textContent = (body.textContent ?? "").slice(0, offset) + text;
    this.follow();
  }

  showTyping(isTyping: boolean): void {
    this.typing.hidden = !isTyping;
    this.typing.querySelector(".hidden")!.textContent = isTyping ? this.strings.typingShort : "";
    this.follow();
  }

  /** Mark where what is new begins; once until it was seen. */
  divide(): void {
    if (this.divider?.isConnected) return;
    this.divider = h("div", { class: "divider", role: "separator" }, h("span", {}, this.strings.newMessages));
    this.list.append(this.divider);
  }

  undivide(): void { this.divider?.remove(); this.divider = null; }

  /** Put something at the end that is no message, such as the rating. */
  append(element: HTMLElement): void { this.put(Infinity, element); this.toEnd(); }

  toEnd(): void {
    this.isFollowing = true;
    this.follow();
  }

  private follow(): void {
    if (this.isFollowing) this.element.scrollTop = this.element.scrollHeight;
  }

  private get isAtEnd(): boolean {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 90;
  }

  private render(event: ChatEvent): HTMLElement | null {
    if (event.kind === "customer") return this.said(event.text ?? "");
    if (event.kind === "upload") return this.upload(event);
    if (event.kind === "notice") return h("div", { class: "notice" }, event.text ?? "");
    if (event.kind === "csat") return null;
    const isBot = event.kind === "reply";
    const name = isBot ? this.strings.bot : event.name ?? this.strings.person;
    const element = h("div", { class: `message ${isBot ? "bot" : "agent"}` }, event.text ? this.bubble(isBot ? "bot" : "agent", name, wordsBeside(event)) : null);
    const image = safeAddress(event.image);
    if (image) element.append(h("img", { class: "picture", src: this.act.address(image), alt: this.strings.picture, loading: "lazy" }));
    if (event.custom) element.append(...richParts(event.custom, this.strings, this.act));
    if (isBot) {
      const named = event.custom?.sources ?? [];
      element.append(h("div", { class: "foot" }, h("span", { class: "mark" }, this.strings.aiMark), named.length > 0 && sources(named, this.strings)));
    }
    this.offerOf(event, element);
    return element;
  }

  /** Choices and forms hold until the customer says something. */
  private offerOf(event: ChatEvent, element: HTMLElement): void {
    const asked = event.custom?.form ?? (event.form ? formFor(event.form, this.strings) : null);
    for (const choice of event.buttons ?? []) this.titles.set(choice.payload, choice.title);
    const offered = [asked && form(asked, this.strings, this.act), event.buttons?.length && choices(event.buttons, this.act)]
      .filter((part): part is HTMLElement => part instanceof HTMLElement);
    this.offer.push(...offered);
    element.append(...offered);
  }

  private withdraw(): void {
    for (const element of this.offer) element.remove();
    this.offer = [];
  }

  private said(text: string): HTMLElement {
    return h("div", { class: "message customer" }, this.bubble("customer", this.strings.you, this.titles.get(text) ?? text));
  }

  private bubble(kind: string, name: string, text: string): HTMLElement {
    return h("div", { class: "bubble" }, h("span", { class: kind === "agent" ? "name" : "hidden" }, `${name}：`), h("span", { class: "text" }, ...linked(text)));
  }

  private upload(event: ChatEvent): HTMLElement {
    const address = this.act.address(event.url ?? "");
    const shown = event.media === "image"
      ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" },
          h("img", { class: "picture", src: address, alt: this.strings.picture, width: event.width, height: event.height }))
      : this.voice(address, event.seconds ?? 0);
    return h("div", { class: "message customer" }, shown);
  }

  private voice(address: string, seconds: number): HTMLElement {
    let sound: HTMLAudioElement | null = null;
    const play = () => {
      sound ??= new Audio(address);
      if (sound.paused) void sound.play().catch(() => undefined); else sound.pause();
    };
    return h("button", { type: "button", class: "bubble sound", onclick: play }, icon("play"), fill(this.strings.voiceMessage, { n: Math.max(1, Math.round(seconds)) }));
  }

  private put(order: number, element: HTMLElement): Item {
    const item = { order, element };
    let place = this.items.length;
    while (place > 0 && this.items[place - 1]!.order > order) place--;
    const next = this.items[place]?.element ?? null;
    this.items.splice(place, 0, item);
    this.list.insertBefore(element, next);
    return item;
  }

  private drop<K>(from: Map<K, Item>, key: K): void {
    const item = from.get(key);
    if (!item) return;
    from.delete(key);
    this.items.splice(this.items.indexOf(item), 1);
    item.element.remove();
  }
}

/** The words of a message without the lines that its table or chart shows better. */
function wordsBeside({ text = "", custom }: ChatEvent): string {
  const isShown = (line: string) => line.startsWith("· ") && (custom?.bill !== undefined || (custom?.usage !== undefined && line.endsWith("度")));
  return text.split("\n").filter((line) => !isShown(line)).join("\n");
}

