// The Slack side: messages with their threads, the home, and modals.
import { byId, clockTime, el, post, reconcile, toast, trying } from "./dom.js";
import { drawBlocks, valuesOf } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";
import { sendOnEnter } from "./phone.js";

let staff = "";
let names = {};
let tab = "channel";
let thread = "";
let shownModal = "";
let shownPlace = "";
let pressed = false; // a press under way must find the button that it began on
let waiting = null; // the newest state that was not drawn because of it
let leftAt = 0; // where we last put the reader; still there means: not scrolled by hand

let redraw = () => {};

export const currentStaff = () => staff;
const place = () => (tab === "direct" ? `D${staff.slice(1)}` : tab === "channel" || tab === "home" ? "" : tab);

export function wire(people, refresh) {
  names = Object.fromEntries(people.map((one) => [one.user_id, one.name]));
  const chooser = byId("staff");
  chooser.append(...people.map((one) => el("option", { value: one.user_id }, one.name)));
  staff = chooser.value;
  chooser.addEventListener("change", () => { staff = chooser.value; closeThread(); refresh(); });
  redraw = refresh;
  for (const button of document.querySelectorAll("[data-tab]")) button.addEventListener("click", () => show(button));
  const form = byId("write-form");
  const field = byId("write");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await trying(() => write(text));
    refresh();
  });
  sendOnEnter(field, form);
  byId("thread-note").querySelector("button").addEventListener("click", closeThread);
  byId("modal").addEventListener("cancel", (event) => { event.preventDefault(); closeModal(); });
  watchPresses();
}

const inSlack = (node) => node instanceof Element && node.closest("#slack-pane, #modal");
const openMenu = () => document.querySelector(".b-menu[open]");

/** While somebody presses, or chooses in an open menu, nothing is drawn anew: a card that was replaced between the
 * beginning and the end of a press would swallow it, and the modal behind it would never open. */
function watchPresses() {
  document.addEventListener("pointerdown", (event) => {
    if (inSlack(event.target)) pressed = true;
    const menu = openMenu();
    if (menu && !menu.contains(event.target)) menu.open = false;
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && inSlack(event.target)) pressed = true;
    if (event.key === "Escape" && openMenu()) { openMenu().open = false; settle(); }
  }, true);
  for (const end of ["pointerup", "pointercancel", "keyup", "blur"]) window.addEventListener(end, settle, true);
}

/** The click comes right after the release: only then is what waited drawn. */
function settle() {
  setTimeout(() => {
    pressed = false;
    if (waiting && !openMenu()) {
      const state = waiting;
      waiting = null;
      draw(state);
    }
  }, 0);
}

async function show(button) {
  tab = button.dataset.tab;
  for (const one of document.querySelectorAll("[data-tab]")) one.setAttribute("aria-pressed", String(one === button));
  closeThread();
  if (tab === "home") await trying(() => post("/control/slack/home", { user: staff }));
  redraw();
}

/** The channels of single desks and domains, each with a tab of its own beside the town's channel. */
function drawTabs(channels) {
  const first = document.querySelector('[data-tab="direct"]');
  for (const which of channels) {
    if (document.querySelector(`[data-tab="${which.id}"]`)) continue;
    const button = el("button", { type: "button", "data-tab": which.id, "aria-pressed": "false" }, `# ${which.name}`);
    button.addEventListener("click", () => show(button));
    first.before(button);
  }
}

function write(text) {
  if (text.startsWith("/")) {
    const [command, ...rest] = text.split(" ");
    return post("/control/slack/slash", { command, text: rest.join(" "), user: staff, channel: place() });
  }
  return post("/control/slack/write", { text, user: staff, thread_ts: thread, channel: place() });
}

function openThread(message) {
  thread = message.ts;
  byId("thread-note").hidden = false;
  byId("thread-note").querySelector("span").textContent = "返信を書いています";
  byId("write").focus();
}

function closeThread() {
  thread = "";
  byId("thread-note").hidden = true;
}

export function draw(state) {
  if (pressed || openMenu()) {
    waiting = state;
    return;
  }
  waiting = null;
  byId("slack-mode").textContent = state.socket_mode ? "Socket Mode" : "HTTP";
  byId("slack-warning").textContent = state.warnings.length ? `⚠ 操作に応答がありませんでした（${state.warnings.at(-1)}）` : "";
  drawTabs(state.channels);
  byId("write-form").hidden = tab === "home";
  const list = byId("posts");
  if (tab === "home") {
    const items = [state.home ?? { empty: "アプリのホームはまだありません。" }];
    reconcile(list, items, () => `home-${staff}`, drawHome);
  } else {
    const which = tab === "direct" ? state.direct : state.channels.find((one) => one.id === tab) ?? state.channel;
    const items = ordered(which);
    const newest = list.lastElementChild?.dataset.key;
    const fresh = reconcile(list, items.length ? items : [{ ts: "none", empty: "まだ何も届いていません。左で住民として書いてみてください。" }], (item) => `${which.id}-${item.ts}`, drawPost);
    follow(list, which.id, fresh, newest);
  }
  drawModal(state.views);
}

/** Show what is new to a reader who has not scrolled away; a place that is opened begins at its newest message. */
function follow(list, place, fresh, newest) {
  const last = list.lastElementChild;
  const untouched = Math.abs(list.scrollTop - leftAt) < 3 && last.dataset.key !== newest;
  const target = place !== shownPlace || untouched ? last : fresh;
  shownPlace = place;
  if (!target) return;
  list.scrollTop = Math.max(0, target.offsetTop - 8);
  leftAt = list.scrollTop;
}

/** Messages in time order with their answers under them; ephemerals of this person in between. */
function ordered(which) {
  const mine = which.ephemerals.filter((one) => one.to === staff);
  const all = [...which.messages, ...mine].sort((left, right) => Number(left.ts) - Number(right.ts));
  const isAnswer = (one) => one.thread_ts && one.thread_ts !== one.ts && all.some((root) => root.ts === one.thread_ts);
  return all.filter((one) => !isAnswer(one)).map((one) => ({ ...one, answers: all.filter((other) => isAnswer(other) && other.thread_ts === one.ts) }));
}

function drawHome(home) {
  if (home.empty) return el("li", { className: "nothing" }, home.empty);
  const act = (element, block, value) => press({ view_id: home.view.id, action_id: element.action_id, block_id: block.block_id, value });
  return el("li", { className: "post-home" }, drawBlocks(home.view.blocks, { names, act, scope: "home" }));
}

function drawPost(message) {
  if (message.empty) return el("li", { className: "nothing" }, message.empty);
  return el("li", { className: `post${message.is_ephemeral ? " hidden-post" : ""}` }, inside(message),
    message.answers.length ? el("ol", { className: "answers", "aria-label": "スレッドの返信" }, message.answers.map((one) => el("li", { className: "post" }, inside(one)))) : null,
    message.is_ephemeral ? null : el("button", { type: "button", className: "plain", onclick: () => openThread(message) }, "スレッドで返信"));
}

function inside(message) {
  const bot = Boolean(message.bot_id) || message.is_ephemeral;
  const act = (element, block, value) => press({ message_ts: message.ts, channel: message.channel, action_id: element.action_id, block_id: block.block_id, value });
  const blocks = message.blocks ? drawBlocks(message.blocks, { names, act, scope: message.ts }) : el("p", { className: "b-text" }, mrkdwn(message.text ?? "", names));
  return el("article", {},
    el("p", { className: "byline" }, el("strong", {}, bot ? "取次" : names[message.user] ?? message.user), bot ? el("span", { className: "tag" }, "アプリ") : null,
      el("time", {}, clockTime(Number(message.ts))), message.edited ? el("span", { className: "soft-text" }, "（編集済み）") : null,
      message.is_ephemeral ? el("span", { className: "tag quiet" }, "あなただけに表示") : null),
    el("div", { className: bot ? "b-frame" : "" }, blocks));
}

async function press(body) {
  const answer = await trying(() => post("/control/slack/press", { user: staff, ...body }));
  if (answer && !answer.ok) toast("Slack：操作に失敗しました（製品が3秒以内に200を返しませんでした）");
}

function drawModal(views) {
  const dialog = byId("modal");
  const top = views.at(-1);
  const key = top ? `${top.view.id}-${top.view.hash}-${JSON.stringify(top.errors)}` : "";
  if (key === shownModal) return;
  shownModal = key;
  if (!top) {
    dialog.close();
    return;
  }
  dialog.replaceChildren(modalForm(top, views.length));
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".wrong input, .wrong textarea, .b-input input, .b-input textarea, .b-input select")?.focus();
}

function modalForm(top, depth) {
  const view = top.view;
  const act = (element, block, value) => press({ view_id: view.id, action_id: element.action_id, block_id: block.block_id, value, values: valuesOf(dialogForm()) });
  const context = { names, act, scope: view.id, errors: top.errors, draft: top.draft, form: true };
  const blocks = view.blocks.map((block) => drawBlocks([block], { ...context, live: block.type !== "input" || block.dispatch_action })).flat();
  return el("form", { onsubmit: (event) => { event.preventDefault(); submit(view); } },
    el("h2", { id: "modal-title" }, view.title.text, depth > 1 ? el("small", {}, `（${depth}枚め）`) : null),
    el("div", { className: "modal-body" }, blocks),
    el("div", { className: "modal-buttons" },
      el("button", { type: "button", className: "soft", onclick: closeModal }, view.close?.text ?? "閉じる"),
      view.submit ? el("button", { type: "submit" }, view.submit.text) : null));
}

const dialogForm = () => byId("modal").querySelector("form");

async function submit(view) {
  const outcome = await trying(() => post("/control/slack/submit", { view_id: view.id, user: staff, values: valuesOf(dialogForm()) }));
  if (outcome?.result === "failed") toast("送れませんでした。もう一度おしてください。");
}

function closeModal() {
  trying(() => post("/control/slack/close", { user: staff }));
}
