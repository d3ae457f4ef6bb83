import { h, icon } from "../dom";
import type { Rating } from "../protocol";
import type { Strings } from "../strings";

const GOOD = ["fast", "clear", "polite", "solved"] as const;
const BAD = ["slow", "unclear", "wrong", "unsolved", "no_person"] as const;

/** The rating of a session: 1 to 5, whether the matter is settled, tags, a word. It can be changed afterwards. */
export function ratingCard(strings: Strings, given: Rating | null, send: (rating: Rating) => Promise<void>): HTMLElement {
  const rating: Rating = given ? { ...given, tags: [...given.tags] } : { score: 0, resolved: null, tags: [], comment: null };
  const card = h("section", { class: "card rating", "aria-label": strings.rate });
  const ask = () => { card.replaceChildren(...questions(strings, rating, submit)); };
  const submit = async (problem: HTMLElement) => {
    try {
      await send(rating);
    } catch {
      problem.textContent = strings.rateFailed;
      return;
    }
    card.replaceChildren(h("p", { class: "thanks", role: "status" }, icon("check"), strings.rateThanks),
      h("button", { type: "button", class: "link", onclick: ask }, strings.rateEdit));
  };
  ask();
  return card;
}

function questions(strings: Strings, rating: Rating, submit: (problem: HTMLElement) => Promise<void>): HTMLElement[] {
  const problem = h("p", { class: "hint bad", role: "alert" });
  const button = h("button", { type: "button", class: "solid", disabled: rating.score === 0, onclick: () => void submit(problem) }, strings.rateSend);
  const tags = h("div", { class: "tags", role: "group" });
  const verdict = h("span", { class: "verdict" });
  const showTags = () => {
    verdict.textContent = rating.score ? strings.stars[rating.score - 1]! : "";
    const offered: readonly (typeof GOOD | typeof BAD)[number][] = rating.score === 0 ? [] : rating.score >= 4 ? GOOD : BAD;
    rating.tags = rating.tags.filter((tag) => (offered as readonly string[]).includes(tag));
    tags.replaceChildren(...offered.map((tag) => toggle(strings.tags[tag], rating.tags.includes(tag), (isOn) => {
      rating.tags = isOn ? [...rating.tags, tag] : rating.tags.filter((one) => one !== tag);
    })));
  };
  const score = (chosen: number) => { rating.score = chosen; button.disabled = false; showTags(); button.scrollIntoView({ block: "nearest" }); };
  const comment = h("textarea", { rows: 2, maxlength: 500, placeholder: strings.comment, "aria-label": strings.comment,
    oninput: () => { rating.comment = comment.value.trim() || null; } });
  comment.value = rating.comment ?? "";
  showTags();
  return [
    stars(strings, rating.score, score), verdict, resolved(strings, rating), tags, comment, problem, button,
  ];
}

function stars(strings: Strings, chosen: number, choose: (score: number) => void): HTMLElement {
  const inputs = strings.stars.map((title, place) => {
    const input = h("input", { type: "radio", name: "score", value: place + 1, onchange: () => choose(place + 1) });
    input.checked = chosen === place + 1;
    return h("label", { title }, input, h("span", { class: "hidden" }, title), icon("star"));
  });
  return h("fieldset", { class: "stars" }, h("legend", {}, strings.rateTitle), ...inputs);
}

function resolved(strings: Strings, rating: Rating): HTMLElement {
  const choice = (title: string, value: boolean) => {
    const input = h("input", { type: "radio", name: "resolved", onchange: () => { rating.resolved = value; } });
    input.checked = rating.resolved === value;
    return h("label", { class: "pill" }, input, title);
  };
  return h("fieldset", {}, h("legend", {}, strings.resolved), choice(strings.resolvedYes, true), choice(strings.resolvedNo, false));
}

function toggle(title: string, isOn: boolean, change: (isOn: boolean) => void): HTMLElement {
  const button = h("button", { type: "button", class: "choice", "aria-pressed": String(isOn), onclick: () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(now));
    change(now);
  } }, title);
  return button;
}
