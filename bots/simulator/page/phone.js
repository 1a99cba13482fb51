// The phone: which screen it shows, the talk, chips, a menu, and tapping.
import { ask, byId, clockTime, el, post, reconcile, toast, trying } from "./dom.js";
import { flexMessage, templateMessage } from "./flex.js";
import { drawLock } from "./phone_lock.js";
import { pick } from "./phone_send.js";

const VIA = { reply: "返信", push: "プッシュ" };
let account = "";
let user = "";
let screen = "talk";
let people = [];

export function setUser(userId) {
  user = userId;
}

export function wire(everybody, name, refresh) {
  people = everybody;
  account = name;
  const form = byId("say-form");
  const field = byId("say");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await send({ kind: screen === "group" ? "group_say" : "text", text });
    refresh();
  });
  sendOnEnter(field, form);
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", async () => { await send({ kind: button.dataset.act }); refresh(); });
  }
  for (const button of document.querySelectorAll("[data-pick]")) {
    button.addEventListener("click", async () => {
      const act = await pick(button.dataset.pick);
      if (act) await send(act);
      refresh();
    });
  }
  for (const button of document.querySelectorAll("[data-screen]")) {
    button.addEventListener("click", () => { screen = button.dataset.screen; refresh(); });
  }
  byId("on-pc").addEventListener("change", async (event) => {
    await trying(() => post("/control/line/device", { user, on_pc: event.target.checked }));
    refresh();
  });
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
  else if (sent && sent.status === 0) toast("窓口のシステムに届きませんでした（動いていますか）。");
  return sent;
}

export function draw(state, persona) {
  const inGroup = screen === "group";
  const phone = inGroup ? state.group : state.phone;
  byId("phone-who").textContent = persona ? persona.label : "";
  byId("device-name").textContent = inGroup ? "自治会のグループ" : account;
  byId("phone-note").textContent = note(phone, inGroup);
  byId("on-pc").checked = state.phone.on_pc;
  byId("device").className = `device shows-${screen}${state.phone.on_pc ? " on-pc" : ""}`;
  for (const button of document.querySelectorAll("[data-screen]")) {
    button.setAttribute("aria-pressed", String(button.dataset.screen === screen));
  }
  byId("extras").hidden = inGroup;
  byId("group-extras").hidden = !inGroup;
  byId("lock").hidden = screen !== "lock";
  if (screen === "lock") drawLock(state.phone.notices, state.now);
  else drawTalk(phone, inGroup);
}

function note(phone, inGroup) {
  if (inGroup) return phone.blocked ? "窓口はいません" : "";
  if (phone.deleted) return "退会した人";
  if (phone.blocked) return "ブロック中";
  return phone.friend === false ? "友だちではない" : "";
}

function drawTalk(phone, inGroup) {
  const list = byId("talk");
  const items = phone.messages.length ? [...phone.messages] : [{ id: "empty", from: "none", group: inGroup }];
  if (phone.loading) items.push({ id: "loading", from: "dots" });
  const fresh = reconcile(list, items, (item) => `${phone.user}-${item.id}`, bubble);
  byId("chips").replaceChildren(...phone.quick_replies.map((action) =>
    el("button", { type: "button", className: "chip", onclick: () => tap(action) }, action.label ?? "")));
  drawMenu(phone.menu);
  if (fresh) list.scrollTop = list.scrollHeight;
}

function bubble(message) {
  if (message.from === "none") {
    const hint = message.group ? "グループです。下に書くか、「窓口をよぶ」を押してください。" : "上の人をひとり選ぶか、下に書いて送ってください。";
    return el("li", { className: "nothing" }, hint);
  }
  if (message.from === "dots") {
    return el("li", { className: "bubble-row theirs" }, el("span", { className: "bubble dots" }, el("span", { className: "hidden" }, "窓口が書いています"), "● ● ●"));
  }
  const mine = message.from === "user" && (!message.speaker || message.speaker === user);
  const meta = el("span", { className: "meta" },
    message.from === "user" && message.read ? "既読 " : "", message.edited ? "編集ずみ " : "",
    message.from === "user" ? "" : `${VIA[message.via] ?? ""}${message.content.notificationDisabled ? "（音なし）" : ""} `,
    clockTime(message.at));
  return el("li", { className: `bubble-row ${mine ? "mine" : "theirs"}` },
    speaker(message, mine), body(message), el("span", { className: "side" }, meta, ...handles(message, mine)));
}

function speaker(message, mine) {
  if (mine) return el("span", { className: "hidden" }, "あなた：");
  if (message.from === "user") return el("span", { className: "speaker" }, people.find((one) => one.user_id === message.speaker)?.label ?? "だれか");
  return el("span", { className: "hidden" }, `${message.content.sender?.name ?? "窓口"}：`);
}

function handles(message, mine) {
  if (!mine || message.unsent || message.speaker || message.type === "") return [];
  const own = [];
  if (message.type === "text") own.push(el("button", { type: "button", className: "take-back", onclick: () => edit(message) }, "編集"));
  own.push(el("button", { type: "button", className: "take-back", onclick: () => send({ kind: "unsend", message_id: message.id }) }, "取消"));
  return own;
}

async function edit(message) {
  const field = el("textarea", { rows: 4, maxlength: 5000 });
  field.value = message.text;
  const text = await ask("文をなおす", field, "なおす");
  if (text) await send({ kind: "edit", message_id: message.id, text });
}

function body(message) {
  const content = message.content;
  const kept = `/page/content/${message.id}`;
  if (message.unsent) return el("p", { className: "unsent" }, "送信を取り消しました");
  switch (content.type) {
    case "text": case "textV2": return el("p", { className: "bubble" }, content.text);
    case "flex": return flexMessage(content, tap);
    case "template": return templateMessage(content, tap);
    case "location": return el("p", { className: "bubble" }, `場所　${content.address ?? content.title ?? ""}（${content.latitude}, ${content.longitude}）`);
    case "sticker": return el("p", { className: "bubble sticker" }, `スタンプ（${(content.keywords ?? []).join("・") || content.stickerId}）`);
    case "image": return el("p", { className: "bubble media" }, message.from === "user" ? el("img", { src: kept, alt: "送った写真" }) : el("span", { className: "picture" }, "写真"));
    case "audio": return el("p", { className: "bubble media" }, el("audio", { src: kept, controls: true, "aria-label": "送った声" }));
    case "video": return el("p", { className: "bubble media" }, el("video", { src: kept, controls: true, "aria-label": "送った動画" }));
    case "file": return el("p", { className: "bubble" }, `書類　${content.fileName}（${Math.ceil(content.fileSize / 1024)} KB）`);
    default: return el("p", { className: "bubble" }, content.altText ?? content.type);
  }
}

async function tap(action) {
  if (action.type === "uri") return openLink(action.uri);
  if (action.type === "clipboard") {
    try { await navigator.clipboard.writeText(action.clipboardText); } catch { /* the words are shown all the same */ }
    return toast(`コピーしました：${action.clipboardText}`);
  }
  let value = "";
  if (action.type === "datetimepicker") {
    const type = action.mode === "datetime" ? "datetime-local" : action.mode;
    value = await ask(action.label ?? "日時", el("input", { type, value: action.initial, min: action.min, max: action.max, required: true }));
    if (value === null) return;
  }
  if (["location", "camera", "cameraRoll"].includes(action.type)) {
    const act = await pick(action.type === "location" ? "location" : "image");
    if (act) await send(act);
    return;
  }
  await trying(() => post("/control/line/tap", { user, action, value }));
  if (action.inputOption === "openKeyboard" || action.inputOption === "openVoice") {
    byId("say").value = action.fillInText ?? "";
    byId("say").focus();
    if (action.inputOption === "openVoice") toast("本物では声の入力が開きます。ここでは書くか、「声」を押してください。");
  }
  if (action.inputOption === "openRichMenu") byId("menu").querySelector("details")?.setAttribute("open", "");
  if (action.inputOption === "closeRichMenu") byId("menu").querySelector("details")?.removeAttribute("open");
}

function openLink(uri) {
  if (uri.startsWith("tel:")) return toast(`発信：${uri.slice(4)}（練習なので、電話はかかりません）`);
  if (!/^https?:/.test(uri)) return toast(`LINEの中で開きます：${uri}`);
  window.open(uri, "_blank", "noopener,noreferrer");
  toast(`別のタブで開きました：${uri.split(/[?#]/)[0]}`);
}

function drawMenu(menu) {
  const holder = byId("menu");
  const key = menu ? menu.id : "";
  if (holder.dataset.menu === key) return;
  holder.dataset.menu = key;
  if (!menu) return holder.replaceChildren();
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
  holder.replaceChildren(el("details", { open: menu.selected !== false }, el("summary", {}, menu.chatBarText), frame));
}
