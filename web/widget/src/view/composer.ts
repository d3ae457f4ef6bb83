import { h, icon } from "../dom";
import { Recording } from "../line/voice";
import type { Strings } from "../strings";

/** What the line at the bottom asks of the window. */
export interface Sends {
  say(text: string): void;
  image(file: File): void;
  voice(content: Blob): void;
  complain(text: string): void;
  mostVoiceSeconds(): number;
}

/** Where the customer types, picks a picture or speaks. */
export class Composer {
  readonly element: HTMLElement;
  private readonly field: HTMLTextAreaElement;
  private readonly bar: HTMLElement;
  private readonly time = h("span", { class: "time", role: "timer" });
  private recording: Recording | null = null;
  private ticking: number | undefined;

  constructor(private readonly strings: Strings, private readonly sends: Sends) {
    const file = h("input", { type: "file", accept: "image/jpeg,image/png,image/webp", hidden: true, tabindex: -1, "aria-hidden": "true", onchange: () => {
      if (file.files?.[0]) sends.image(file.files[0]);
      file.value = "";
    } });
    this.field = h("textarea", { rows: 1, maxlength: 2000, placeholder: strings.placeholder, "aria-label": strings.placeholder,
      autocomplete: "off", enterkeyhint: "send", onkeydown: (event: KeyboardEvent) => this.key(event), oninput: () => this.grow(), onpaste: (event: ClipboardEvent) => this.paste(event) });
    this.bar = h("div", { class: "recording", hidden: true }, h("span", { class: "pulse", "aria-hidden": "true" }), strings.recording, this.time,
      h("button", { type: "button", class: "link", onclick: () => void this.stop(false) }, strings.cancel),
      h("button", { type: "button", class: "solid", onclick: () => void this.stop(true) }, strings.send));
    this.element = h("form", { class: "composer", onsubmit: (event: SubmitEvent) => { event.preventDefault(); this.submit(); } },
      this.bar,
      h("div", { class: "line" }, file,
        button("image", strings.image, () => file.click()),
        canRecord() && button("voice", strings.voice, () => void this.record()),
        this.field,
        h("button", { type: "submit", class: "send", "aria-label": strings.send, title: strings.send }, icon("send"))));
  }

  focus(): void { this.field.focus({ preventScroll: true }); }

  private submit(): void {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.grow();
    this.sends.say(text);
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  private paste(event: ClipboardEvent): void {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.sends.image(file);
  }

  private grow(): void {
    this.field.rows = Math.min(4, Math.max(1, this.field.value.split("\n").length));
  }

  private async record(): Promise<void> {
    if (this.recording) return;
    try {
      this.recording = await Recording.begin();
    } catch {
      this.sends.complain(this.strings.noMicrophone);
      return;
    }
    this.bar.hidden = false;
    const began = Date.now();
    const tick = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      this.time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= this.sends.mostVoiceSeconds()) void this.stop(true);
    };
    tick();
    this.ticking = window.setInterval(tick, 250);
    this.bar.querySelector<HTMLElement>(".solid")?.focus();
  }

  private async stop(isSent: boolean): Promise<void> {
    clearInterval(this.ticking);
    this.bar.hidden = true;
    const recording = this.recording;
    this.recording = null;
    this.focus();
    if (!recording) return;
    if (!isSent) { await recording.cancel(); return; }
    try {
      const { content, seconds } = await recording.finish(this.sends.mostVoiceSeconds());
      if (seconds >= 0.3) this.sends.voice(content);
    } catch {
      this.sends.complain(this.strings.uploadFailed);
    }
  }
}

function button(name: "image" | "voice", title: string, act: () => void): HTMLElement {
  return h("button", { type: "button", class: "tool", "aria-label": title, title, onclick: act }, icon(name));
}

function canRecord(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia) && typeof MediaRecorder !== "undefined";
}
