// The practice page: starts the panes, listens for changes, and offers the troubles.
import { byId, el, get, toast, trying } from "./dom.js";
import * as phone from "./phone.js";
import * as slack from "./slack.js";
import { ahead, drawLab, wireLab } from "./lab.js";

let people = [];
let persona = null;
let refreshing = false;
let again = false;

async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  try {
    const holder = persona;
    const state = await get(`/page/state?user=${encodeURIComponent(holder.user_id)}&staff=${slack.currentStaff()}`);
    if (holder === persona) phone.draw(state, holder);
    else again = true; // another took the telephone meanwhile: nobody's talk stands under another's name
    slack.draw(state);
    drawLab(state);
    drawPeople(state.unread);
    byId("live").textContent = state.shift_s ? `つながっています（練習場の時計は ${ahead(state.shift_s)}先）` : "つながっています";
  } catch (error) {
    byId("live").textContent = "練習場とつながっていません";
    console.error(error);
  } finally {
    refreshing = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

function drawPeople(unread) {
  for (const button of document.querySelectorAll("[data-persona]")) {
    const chosen = button.dataset.persona === persona.key;
    button.setAttribute("aria-pressed", String(chosen));
    const count = unread[button.dataset.user];
    const badge = button.querySelector(".count");
    badge.textContent = count ? String(count) : "";
    badge.setAttribute("aria-label", count ? `トーク ${count}件` : "");
  }
}

/** Become someone. Their first message goes out once; afterwards the button only switches the phone. */
async function become(next) {
  persona = next;
  phone.setUser(next.user_id);
  const state = await trying(() => get(`/control/line/phone/${next.user_id}`));
  if (state && state.messages.length === 0) await phone.send({ kind: "text", text: next.text });
  await refresh();
}

function wirePeople() {
  const featured = people.filter((one) => one.featured);
  byId("featured").append(...featured.map((one) =>
    el("button", { type: "button", className: "person", "data-persona": one.key, "data-user": one.user_id, "aria-pressed": "false", onclick: () => become(one) },
      el("span", { className: "face", "aria-hidden": "true" }, one.label.slice(0, 1)),
      el("span", { className: "who" }, el("strong", {}, one.label), el("span", {}, one.note)),
      el("span", { className: "count", role: "img" }))));
  const others = people.filter((one) => !one.featured);
  byId("other").append(el("option", { value: "" }, `ほかの人（${others.length}人）`), ...others.map((one) => el("option", { value: one.key }, one.label)));
  byId("other-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const next = people.find((one) => one.key === byId("other").value);
    if (next) become(next);
  });
}

/** The first look may be a one-time login link; once it is used, a reload goes to the console itself, as the new tab does. */
function showConsole(url, home) {
  const holder = byId("console");
  if (!url) {
    byId("console-link").remove();
    holder.append(el("p", { className: "nothing" }, "職員の画面の場所が設定されていません（console_url）。"));
    return;
  }
  byId("console-link").href = home;
  const seen = sessionStorage.getItem("console") === url;
  const frame = el("iframe", { src: seen ? home : url, title: "職員の画面（受付一覧）", referrerpolicy: "no-referrer" });
  let pages = 0;
  // The second page in the frame is what the button of the link led to.
  frame.addEventListener("load", () => { pages += 1; if (pages === 2) sessionStorage.setItem("console", url); });
  holder.append(frame);
}

function listen() {
  const stream = new EventSource("/page/stream");
  stream.addEventListener("message", refresh);
  stream.addEventListener("error", () => { byId("live").textContent = "つなぎ直しています…"; });
}

async function start() {
  const given = await get("/page/start");
  people = given.personas;
  persona = people[0];
  phone.setUser(persona.user_id);
  byId("town").textContent = given.town;
  document.title = `取次　れんしゅう場（${given.town}）`;
  phone.wire(people, given.account, refresh);
  slack.wire(given.staff, refresh);
  wirePeople();
  wireLab(given.buttons, () => persona.user_id, refresh);
  showConsole(given.console_url, given.console_home_url || given.console_url);
  await refresh();
  listen();
}

start().catch((error) => toast(`始められませんでした：${error.message}`));
