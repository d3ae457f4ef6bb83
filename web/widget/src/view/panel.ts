import { h, icon, safeAddress } from "../dom";
import type { Status } from "../line/connection";
import type { Options } from "../options";
import { fill, type Strings } from "../strings";
import { Composer, type Sends } from "./composer";
import type { MessageLog } from "./log";

/** What the frame around the messages asks of the window. */
export interface Commands extends Sends {
  setOpen(isOpen: boolean): void;
  askAgent(): void;
  rate(): void;
  clear(): void;
  setElder(isElder: boolean): void;
}

const COMPLAINT_MS = 6_000;

/** Launcher and frame: header, messages, consent, input; focus, keyboard, themes. */
export class Panel {
  readonly element: HTMLElement;
  private readonly launcher: HTMLElement;
  private readonly badge = h("span", { class: "badge", hidden: true });
  private readonly frame: HTMLElement;
  private readonly state = h("p", { class: "status", role: "status" });
  private readonly banner = h("p", { class: "banner", role: "status", hidden: true });
  private readonly complaint = h("p", { class: "complaint", role: "alert", hidden: true });
  private readonly consent: HTMLElement;
  private readonly menu: HTMLElement;
  private readonly more: HTMLElement;
  private readonly elder: HTMLElement;
  private readonly composer: Composer;
  private service = "";
  private status: Status = "connecting";
  private fading: number | undefined;

  constructor(private readonly strings: Strings, private readonly options: Options, log: MessageLog, private readonly commands: Commands) {
    this.composer = new Composer(strings, commands);
    this.elder = this.entry(strings.elderOn, () => commands.setElder(this.element.dataset.elder !== "on"));
    this.menu = h("div", { class: "menu", role: "menu", "aria-label": strings.menu, hidden: true, onkeydown: (event: KeyboardEvent) => this.moveInMenu(event) },
      this.elder, this.entry(strings.rate, () => commands.rate()), this.entry(strings.clear, () => this.sureToClear()));
    this.more = h("button", { type: "button", class: "tool", "aria-label": strings.menu, title: strings.menu, "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.showMenu(Boolean(this.menu.hidden)) }, icon("more"));
    const policy = safeAddress(options.policyUrl);
    this.consent = h("p", { class: "consent", hidden: true }, strings.consent, policy && h("a", { href: policy, target: "_blank", rel: "noopener noreferrer" }, strings.policy));
    this.launcher = h("button", { type: "button", class: "launcher", "aria-label": strings.launcher, "aria-expanded": "false", onclick: () => commands.setOpen(true) }, icon("chat"), this.badge);
    this.frame = h("section", { class: "frame", role: options.mode === "floating" ? "dialog" : "region", "aria-label": strings.title, hidden: true },
      this.header(), this.banner, log.element, this.complaint, this.consent, this.composer.element);
    this.element = h("div", { class: `root ${options.mode}`, lang: options.locale, onkeydown: (event: KeyboardEvent) => this.key(event) },
      options.mode === "floating" && this.launcher, this.frame);
    this.element.addEventListener("click", (event) => { if (!this.menu.hidden && !event.composedPath().includes(this.menu) && !event.composedPath().includes(this.more)) this.showMenu(false); });
  }

  look(theme: string, isElder: boolean): void {
    this.element.dataset.theme = theme;
    this.element.dataset.elder = isElder ? "on" : "off";
    this.elder.textContent = isElder ? this.strings.elderOff : this.strings.elderOn;
  }

  setOpen(isOpen: boolean, takesFocus: boolean): void {
    this.frame.hidden = !isOpen;
    this.launcher.hidden = isOpen;
    this.launcher.setAttribute("aria-expanded", String(isOpen));
    this.element.classList.toggle("open", isOpen);
    if (takesFocus) { if (isOpen) this.composer.focus(); else this.launcher.focus(); }
  }

  setStatus(status: Status): void {
    this.status = status;
    this.element.dataset.status = status;
    this.banner.hidden = status !== "offline";
    this.banner.textContent = status === "offline" ? this.strings.offline : "";
    this.showState();
  }

  /** Say who serves the customer when it is no longer the bot. */
  setService(service: string): void { this.service = service; this.showState(); }

  setUnread(unread: number): void {
    this.badge.hidden = unread === 0;
    this.badge.textContent = unread > 99 ? "99+" : String(unread);
    const told = fill(this.strings.unread, { n: unread });
    this.launcher.setAttribute("aria-label", unread ? `${this.strings.launcher}，${told}` : this.strings.launcher);
  }

  setConsent(isNeeded: boolean): void { this.consent.hidden = !isNeeded; }

  setBusy(isBusy: boolean): void {
    this.frame.setAttribute("aria-busy", String(isBusy));
    this.element.classList.toggle("busy", isBusy);
  }

  complain(text: string): void {
    clearTimeout(this.fading);
    this.complaint.textContent = text;
    this.complaint.hidden = false;
    this.fading = window.setTimeout(() => { this.complaint.hidden = true; }, COMPLAINT_MS);
  }

  private header(): HTMLElement {
    const { strings, commands } = this;
    return h("header", {},
      h("span", { class: "logo" }, icon("bolt")),
      h("div", { class: "names" }, h("h2", {}, strings.title), this.state),
      h("button", { type: "button", class: "agent", onclick: () => commands.askAgent() }, icon("person"), strings.agent),
      h("div", { class: "menus" }, this.more, this.menu),
      this.options.mode === "floating" && h("button", { type: "button", class: "tool close", "aria-label": strings.close, title: strings.close, onclick: () => commands.setOpen(false) }, icon("close")));
  }

  private entry(title: string, act: () => void): HTMLElement {
    return h("button", { type: "button", role: "menuitem", tabindex: -1, onclick: () => { this.showMenu(false); act(); } }, title);
  }

  private showState(): void {
    const { online, connecting } = this.strings;
    this.state.textContent = this.status === "online" ? this.service || online : connecting;
  }

  private showMenu(isShown: boolean): void {
    this.menu.hidden = !isShown;
    this.more.setAttribute("aria-expanded", String(isShown));
    if (isShown) this.menu.querySelector("button")?.focus(); else this.more.focus();
  }

  private moveInMenu(event: KeyboardEvent): void {
    const entries = [...this.menu.querySelectorAll("button")];
    const place = entries.indexOf(event.target as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") { event.stopPropagation(); event.preventDefault(); this.showMenu(false); }
    if (step === undefined) return;
    event.preventDefault();
    entries[(place + step + entries.length) % entries.length]?.focus();
  }

  private sureToClear(): void {
    const { strings } = this;
    const close = () => { sheet.remove(); this.composer.focus(); };
    const sheet = h("div", { class: "sheet", role: "alertdialog", "aria-modal": "true", "aria-label": strings.clear, onkeydown: (event: KeyboardEvent) => { if (event.key === "Escape") { event.stopPropagation(); close(); } } },
      h("div", { class: "card" }, h("p", {}, strings.clearSure), h("div", { class: "row" },
        h("button", { type: "button", class: "plain", onclick: close }, strings.no),
        h("button", { type: "button", class: "solid", onclick: () => { close(); this.commands.clear(); } }, strings.yes))));
    this.frame.append(sheet);
    sheet.querySelector("button")?.focus();
  }

  /** Escape closes; Tab goes round inside a floating window. */
  private key(event: KeyboardEvent): void {
    if (this.options.mode !== "floating" || this.frame.hidden) return;
    if (event.key === "Escape") { this.commands.setOpen(false); return; }
    if (event.key !== "Tab") return;
    const inside = this.frame.querySelector(".sheet") ?? this.frame;
    const stops = [...inside.querySelectorAll<HTMLElement>("button, input, textarea, a[href], summary, [tabindex='0']")]
      .filter((stop) => stop.tabIndex >= 0 && !stop.hasAttribute("disabled") && stop.checkVisibility());
    const root = this.element.getRootNode() as ShadowRoot;
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
  }
}
