import { Window } from "./window";
import { readOptions } from "./options";
import type { Strings } from "./strings";
import css from "./style.css?inline";

type LoginProvider = () => Promise<string | null>;

/** `<gridtalk-chat>`: the chat window as an element of any page. Attributes and methods are told in docs/webchat.md. */
export class GridtalkChat extends HTMLElement {
  static readonly observedAttributes = ["theme", "elder", "login", "open"];
  private provider: LoginProvider | null = null;
  private window: Window | null = null;
  private changes: Partial<Strings> = {};
  private sheet: CSSStyleSheet | null = null;

  connectedCallback(): void {
    if (this.window) return;
    if (Object.hasOwn(this, "loginProvider")) { // set by the page before this script came
      this.provider = (this as { loginProvider: LoginProvider }).loginProvider;
      delete (this as { loginProvider?: LoginProvider | null }).loginProvider;
    }
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    if (!this.sheet) {
      this.sheet = new CSSStyleSheet();
      this.sheet.replaceSync(css);
      root.adoptedStyleSheets = [this.sheet];
    }
    this.build(root);
  }

  disconnectedCallback(): void {
    this.window?.stop();
    this.window = null;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.window || before === after) return;
    if (name === "login") this.window.changeVisitor();
    else if (name === "open") this.window.setOpen(after !== null);
    else this.window.look();
  }

  /** Open the window. */
  open(): void { this.window?.setOpen(true); }
  /** Close the window; the line stays open and counts what comes. */
  close(): void { this.window?.setOpen(false); }
  toggle(): void { this.window?.setOpen(!this.window.isOpen); }
  /** Say something for the customer. */
  say(text: string): void { this.window?.say(text); }
  /** Ask for a rating of this session. */
  rate(): void { this.window?.askRating(); }
  /** Go on as the user of this signed token; with null as an anonymous visitor. */
  login(token: string | null): void {
    if (token) this.setAttribute("login", token); else this.removeAttribute("login");
  }
  /** Returns a fresh login token whenever a session is opened; beats the attribute `login`. */
  get loginProvider(): LoginProvider | null { return this.provider; }
  set loginProvider(provider: LoginProvider | null) {
    this.provider = provider;
    this.window?.changeVisitor();
  }
  /** Begin a new conversation; nobody can go back to the old one. */
  reset(): void { this.window?.reset(); }
  /** Clear the history, as the menu does, without asking. */
  clear(): Promise<void> { return this.window?.clear() ?? Promise.resolve(); }
  /** Say some texts differently. */
  setStrings(changes: Partial<Strings>): void {
    this.changes = changes;
    if (!this.window || !this.shadowRoot) return;
    this.window.stop();
    this.build(this.shadowRoot);
  }
  /** The id of the conversation, once the session is open. */
  get conversation(): string { return this.window?.conversation ?? ""; }
  get status(): string { return this.window?.status ?? "offline"; }
  get unread(): number { return this.window?.unread ?? 0; }

  private build(root: ShadowRoot): void {
    const login = async () => (this.provider ? await this.provider() : this.getAttribute("login"));
    this.window = new Window(this, readOptions(this), this.changes, login);
    root.replaceChildren(this.window.element);
    this.window.start();
  }
}
