// The demo's chat: one WebSocket, messages with ids so that a lost line repeats nothing, and a look inside after each turn.

const byId = (id) => document.getElementById(id);
const messages = byId("messages");
const waiting = new Map(); // message id -> {frame, item}: sent, not yet answered
let socket = null;
let sender = load("gridtalk-sender") ?? makeId("web");
let retryAfter = 500;

function load(key) { try { return sessionStorage.getItem(key); } catch { return null; } }
function save(key, value) { try { sessionStorage.setItem(key, value); } catch { /* private window */ } }
function makeId(prefix) { return `${prefix}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`; }

function connect() {
  save("gridtalk-sender", sender);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/webchat/ws?sender=${encodeURIComponent(sender)}`);
  socket = mine;
  mine.onopen = () => {
    retryAfter = 500;
    byId("connection").textContent = "在线";
    for (const { frame } of waiting.values()) mine.send(frame);
  };
  mine.onmessage = (event) => receive(JSON.parse(event.data));
  mine.onclose = () => {
    if (socket !== mine) return;
    byId("connection").textContent = "连接断开，正在重连…";
    setTimeout(connect, retryAfter);
    retryAfter = Math.min(retryAfter * 2, 10000);
  };
}

function receive(message) {
  if (message.type === "typing") return showTyping(true);
  showTyping(false);
  if (message.type === "error") {
    waiting.clear();
    return show("bot failed", "没有发送成功，请稍后再试。");
  }
  waiting.delete(message.message_id);
  for (const reply of message.replies) showReply(reply);
  lookInside();
}

function say(text) {
  if (!text.trim()) return;
  const id = makeId("m");
  const frame = JSON.stringify({ type: "message", text, message_id: id });
  waiting.set(id, { frame });
  document.querySelectorAll(".choices").forEach((choices) => choices.remove());
  show("customer", text);
  if (socket?.readyState === WebSocket.OPEN) socket.send(frame);
}

function show(kind, text) {
  const item = document.createElement("li");
  item.className = kind;
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.textContent = text;
  item.append(bubble);
  messages.append(item);
  messages.scrollTop = messages.scrollHeight;
  return item;
}

function showReply(reply) {
  const item = show("bot", reply.text);
  for (const source of reply.custom?.sources ?? []) {
    const line = document.createElement("div");
    line.className = "source";
    line.textContent = `来源：${source.document}（${source.title}，${source.id}@${source.version}）`;
    item.append(line);
  }
  if (reply.buttons?.length) {
    const choices = document.createElement("div");
    choices.className = "choices";
    for (const { title, payload } of reply.buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.onclick = () => say(payload);
      choices.append(button);
    }
    item.append(choices);
  }
  messages.scrollTop = messages.scrollHeight;
}

function showTyping(isTyping) {
  document.querySelector(".typing")?.remove();
  if (isTyping) show("bot typing", "…");
}

async function lookInside() {
  const [tracker, sms] = await Promise.all([
    fetchJson(`/conversations/${encodeURIComponent(sender)}/tracker`),
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

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  say(byId("text").value);
  byId("text").value = "";
});
byId("agent").addEventListener("click", () => say("转人工"));
byId("fresh").addEventListener("click", () => {
  sender = makeId("web");
  waiting.clear();
  messages.replaceChildren();
  socket?.close();
  connect();
  show("bot", "您好，我是 95598 智能客服小电，AI 助手。请问有什么可以帮您？");
});
show("bot", "您好，我是 95598 智能客服小电，AI 助手。查电费、报停电、问电价、办业务都可以直接跟我说，请问有什么可以帮您？");
connect();
