// Beside the chat window: what the bot understood and decided, after each answer.

const byId = (id) => document.getElementById(id);
const chat = byId("chat");

async function lookInside() {
  if (!chat.conversation) return;
  const [tracker, sms] = await Promise.all([
    fetchJson(`/conversations/${encodeURIComponent(chat.conversation)}/tracker`),
    fetchJson("/demo/sms"),
  ]);
  if (tracker) showTracker(tracker);
  if (sms) fill(byId("sms"), sms.slice(-3).reverse().map((message) => `${message.phone}：${message.text}`), "还没有短信");
}

async function fetchJson(path) {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : null;
  } catch { return null; }
}

function showTracker(tracker) {
  const latest = tracker.latest_message;
  const events = tracker.events;
  if (!events.length) return showNothing();
  const last = events.map((event) => event.event).lastIndexOf("user");
  const turn = events.slice(Math.max(last, 0));
  pairs(byId("understood"), [
    ["意图", `${latest.intent.name}（${Math.round(latest.intent.confidence * 100)}%）`],
    ["依据", turn[0]?.reason ?? ""],
    ["实体", latest.entities.map((entity) => `${entity.entity}=${entity.value}`).join("，") || "无"],
    ["等待", tracker.requested_slot ?? "无"],
    ["身份", `${tracker.verified_level} 级`],
  ]);
  fill(byId("stack"), [...tracker.stack].reverse().map((frame) => `${frame.flow}（${frame.step}）`), "没有");
  const known = Object.entries(tracker.slots).filter(([, value]) => value !== null && value !== "" && value?.length !== 0);
  pairs(byId("slots"), known.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]));
  fill(byId("events"), turn.filter((event) => event.event !== "bot" && event.event !== "step").map(describe), "没有");
}

function showNothing() {
  pairs(byId("understood"), [["还没有对话", "左边说一句话试试"]]);
  for (const name of ["stack", "events"]) fill(byId(name), [], "没有");
  pairs(byId("slots"), []);
}

function describe(event) {
  const detail = event.flow ?? event.name ?? event.slot ?? event.reason ?? "";
  const value = event.event === "slot" ? ` = ${JSON.stringify(event.value)}` : "";
  return `${event.event} ${detail}${value}`;
}

function fill(list, lines, none) {
  list.replaceChildren(...(lines.length ? lines : [none]).map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    if (!lines.length) item.className = "none";
    return item;
  }));
}

function pairs(list, entries) {
  list.replaceChildren(...entries.flatMap(([name, value]) => {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    detail.textContent = value;
    return [term, detail];
  }));
}

chat.addEventListener("gridtalk:session", lookInside);
chat.addEventListener("gridtalk:message", (event) => { if (event.detail.kind !== "customer") lookInside(); });
byId("fresh").addEventListener("click", () => { chat.reset(); showNothing(); });
lookInside();
