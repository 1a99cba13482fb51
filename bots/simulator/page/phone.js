// The phone: a talk, chips, a menu, and what a person can send.
import { ask, byId, clockTime, el, post, reconcile, toast, trying } from "./dom.js";
import { flexMessage, templateMessage } from "./flex.js";

const VIA = { reply: "返信", push: "プッシュ" };
let user = "";

export function setUser(userId) {
  user = userId;
}

export function wire(refresh) {
  const form = byId("say-form");
  const field = byId("say");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await send({ kind: "text", text });
    refresh();
  });
  sendOnEnter(field, form);
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", async () => {
      await send({ kind: button.dataset.act, keywords: ["おねがい"] });
      refresh();
    });
  }
}

/** Enter sends, Shift+Enter breaks the line, and an Enter that ends kana conversion does nothing. */
export function sendOnEnter(field, form) {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

export async function send(act) {
  const sent = await trying(() => post("/control/line/act", { user, ...act }));
  if (sent?.held) toast("事故の設定により、この知らせは止めてあります。次の知らせのあとに届きます。");
  else if (sent && sent.status === 0) toast("窓口のシステムに届きませんでした（動いていますか）。自動でもう一度送ります。");
}

export function draw(phone, persona) {
  byId("phone-who").textContent = persona ? persona.label : "";
  byId("phone-note").textContent = phone.blocked ? "ブロック中" : phone.loading ? "書いています…" : "";
  const list = byId("talk");
  const items = phone.messages.length ? phone.messages : [{ id: "empty", from: "none" }];
  const fresh = reconcile(list, items, (item) => `${phone.user}-${item.id}`, bubble);
  byId("chips").replaceChildren(...phone.quick_replies.map((action) =>
    el("button", { type: "button", className: "chip", onclick: () => tap(action) }, action.label ?? "")));
  drawMenu(phone.menu);
  if (fresh) list.scrollTop = list.scrollHeight;
}

function bubble(message) {
  if (message.from === "none") {
    return el("li", { className: "nothing" }, "上の人をひとり選ぶか、下に書いて送ってください。");
  }
  const mine = message.from === "user";
  const meta = el("span", { className: "meta" },
    mine && message.read ? "既読 " : "",
    mine ? "" : `${VIA[message.via] ?? ""} `,
    clockTime(message.at));
  const takeBack = mine && !message.unsent
    ? el("button", { type: "button", className: "take-back", onclick: () => send({ kind: "unsend", message_id: message.id }) }, "取消")
    : null;
  const who = el("span", { className: "hidden" }, mine ? "あなた：" : `${message.content.sender?.name ?? "窓口"}：`);
  return el("li", { className: `bubble-row ${mine ? "mine" : "theirs"}` }, who, body(message), el("span", { className: "side" }, meta, takeBack));
}

function body(message) {
  const content = message.content;
  if (message.unsent) return el("p", { className: "unsent" }, "送信を取り消しました");
  switch (content.type) {
    case "text": case "textV2": return el("p", { className: "bubble" }, content.text);
    case "flex": return flexMessage(content, tap);
    case "template": return templateMessage(content, tap);
    case "location": return el("p", { className: "bubble" }, "場所　", content.address ?? content.title ?? "");
    case "sticker": return el("p", { className: "bubble sticker" }, `スタンプ（${(content.keywords ?? []).join("・") || content.stickerId}）`);
    case "image": return el("p", { className: "bubble" }, el("span", { className: "picture" }, "写真"));
    case "audio": return el("p", { className: "bubble" }, "音声");
    default: return el("p", { className: "bubble" }, content.altText ?? content.type);
  }
}

async function tap(action) {
  if (action.type === "uri") {
    toast(`練習なので開きません：${action.uri}`);
    return;
  }
  if (action.type === "clipboard") {
    await trying(() => navigator.clipboard.writeText(action.clipboardText));
    toast(`コピーしました：${action.clipboardText}`);
    return;
  }
  let value = "";
  if (action.type === "datetimepicker") {
    const type = action.mode === "datetime" ? "datetime-local" : action.mode;
    value = await ask(action.label ?? "日時", el("input", { type, value: action.initial, min: action.min, max: action.max, required: true }));
    if (value === null) return;
  }
  await trying(() => post("/control/line/tap", { user, action, value }));
  if (action.inputOption === "openKeyboard" || action.inputOption === "openVoice") {
    byId("say").value = action.fillInText ?? "";
    byId("say").focus();
  }
}

function drawMenu(menu) {
  const holder = byId("menu");
  const key = menu ? menu.id : "";
  if (holder.dataset.menu === key) return;
  holder.dataset.menu = key;
  if (!menu) {
    holder.replaceChildren();
    return;
  }
  const frame = el("div", { className: "menu-frame" }, el("img", { src: `/page/menu/${menu.id}`, alt: "" }));
  frame.style.aspectRatio = `${menu.size.width} / ${menu.size.height}`;
  for (const area of menu.areas) {
    const label = area.action.label ?? area.action.displayText ?? area.action.text ?? "メニュー";
    const button = el("button", { type: "button", "aria-label": label, title: label, onclick: () => tap(area.action) });
    button.style.left = `${(area.bounds.x / menu.size.width) * 100}%`;
    button.style.top = `${(area.bounds.y / menu.size.height) * 100}%`;
    button.style.width = `${(area.bounds.width / menu.size.width) * 100}%`;
    button.style.height = `${(area.bounds.height / menu.size.height) * 100}%`;
    frame.append(button);
  }
  holder.replaceChildren(el("details", { open: true }, el("summary", {}, menu.chatBarText), frame));
}
