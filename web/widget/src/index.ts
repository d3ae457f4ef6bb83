import { GridtalkChat } from "./element";
import "./options";

const NAME = "gridtalk-chat";
if (!customElements.get(NAME)) customElements.define(NAME, GridtalkChat);

/** `<script src=".../webchat/widget.js" data-embed data-locale="en">` puts the element on the page by itself. */
const script = document.currentScript as HTMLScriptElement | null;
if (script?.hasAttribute("data-embed")) {
  const embed = () => {
    const element = document.createElement(NAME);
    for (const { name, value } of [...script.attributes]) {
      if (name.startsWith("data-") && name !== "data-embed") element.setAttribute(name.slice(5), value);
    }
    document.body.append(element);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", embed); else embed();
}
