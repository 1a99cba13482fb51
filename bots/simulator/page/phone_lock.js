// The locked telephone: what anybody who picks it up can read without unlocking.
import { byId, clockTime, el } from "./dom.js";

const SHOWN = 6;

export function drawLock(notices, now) {
  const day = new Date(now * 1000).toLocaleDateString("ja-JP", { month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo" });
  const cards = [...notices].reverse().slice(0, SHOWN).map((one) =>
    el("li", { className: "notice" },
      el("p", { className: "notice-head" }, el("span", { className: "notice-app", "aria-hidden": "true" }, "LINE"), el("strong", {}, one.title), el("time", {}, clockTime(one.at))),
      el("p", { className: "notice-text" }, one.text)));
  byId("lock").replaceChildren(
    el("p", { className: "lock-time" }, clockTime(now)),
    el("p", { className: "lock-day" }, day),
    cards.length ? el("ul", { className: "notices" }, cards) : el("p", { className: "lock-none" }, "通知はありません"),
    el("p", { className: "lock-hint" }, "この電話を手にした人に、鍵をあけずに見えるものです。"));
}
