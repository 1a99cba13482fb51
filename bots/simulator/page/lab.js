// Troubles to order, and what was counted.
import { ask, byId, clockTime, el, post, toast, trying } from "./dom.js";

let buttons = [];

const NAMES = {
  profile_calls: "表示名を取りにきた回数", replies: "返信", pushes: "プッシュ", line_undelivered: "届かなかった文", line_refused: "LINEが断った",
  retry_key_conflicts: "再送キーで防いだ", duplicate_line_messages: "LINEの二重", webhook_redeliveries: "再配達", webhook_failures: "あきらめた配達",
  slack_posts: "Slackの投稿", slack_updates: "Slackの書きかえ", slack_refused: "Slackが断った", duplicate_slack_posts: "Slackの二重", slack_failures: "Slackの無応答",
};

export function wireLab(given, currentUser, refresh) {
  buttons = given;
  const groups = [...new Set(given.map((one) => one.group))];
  byId("fault-groups").append(...groups.map((group) => el("section", { className: "fault-group" },
    el("h3", {}, group),
    el("ul", {}, given.filter((one) => one.group === group).map((one) => el("li", {}, faultButton(one, currentUser, refresh), el("p", { id: `says-${one.key}` }, one.says)))))));
  byId("calm").addEventListener("click", async () => {
    if (await trying(() => post("/control/fault", {}, "DELETE"))) toast("事故をぜんぶやめました。設定も元に戻りました。");
    refresh();
  });
  byId("verify").addEventListener("click", async () => {
    const line = await trying(() => post("/control/line/verify"));
    const slack = await trying(() => post("/control/slack/verify"));
    if (line && slack) toast(`LINE ${line.settled ? "成功" : "失敗"}・Slack ${slack.ok && !slack.note ? "成功" : "失敗"}`);
  });
  for (const button of document.querySelectorAll("[data-clock]")) {
    button.addEventListener("click", async () => { await trying(() => post("/control/clock", { shift_s: Number(button.dataset.clock) })); refresh(); });
  }
  byId("reset").addEventListener("click", async () => {
    const sure = await ask("練習場をはじめからにしますか", el("p", {}, "電話とSlackの中身が消え、時計も戻ります。製品の側に残ったものは消えません。"), "はじめから");
    if (sure === null) return;
    await trying(() => post("/control/reset"));
    refresh();
  });
}

function faultButton(one, currentUser, refresh) {
  const press = async () => {
    if (await trying(() => post("/control/press", { key: one.key, user: currentUser() }))) toast(one.act ? `しました：${one.label}` : `次に起こします：${one.label}`);
    refresh();
  };
  return el("button", { type: "button", className: "soft", "data-fault": one.key, "aria-describedby": `says-${one.key}`, onclick: press }, one.label);
}

/** How far the practice clock is ahead, in words. */
export function ahead(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [[Math.floor(minutes / 1440), "日"], [Math.floor((minutes % 1440) / 60), "時間"], [minutes % 60, "分"]];
  return parts.filter(([count]) => count).map(([count, unit]) => `${count}${unit}`).join("");
}

function labelOf(fault) {
  return buttons.find((one) => one.fault.kind === fault.kind && one.fault.target === fault.target)?.label ?? fault.kind;
}

function standing(state) {
  const { line, channel } = state;
  return [
    ...state.faults.map((fault) => `${labelOf(fault)}（あと${fault.times}回）`),
    channel.is_ext_shared && "窓口は社外と共有中", !channel.is_private && "窓口は公開",
    !line.chat_on && "チャットはオフ", !line.redelivery && "再配達はオフ", line.webhook_stopped && "LINEは知らせを止めている",
    line.suspended && "アカウントは停止中", line.quota !== null && `通数 ${line.used}/${line.quota}`,
  ].filter(Boolean);
}

function deliveryRow(one) {
  const again = /^(Ev|[0-9A-HJKMNP-TV-Z]{26}$)/.test(one.id);
  const press = () => trying(() => post("/control/redeliver", { event_id: one.id }));
  return el("tr", {},
    el("td", {}, `${one.kinds.join("・") || "検証"} ${one.attempts[0] ? clockTime(one.attempts[0].at) : ""}`),
    el("td", {}, one.channel),
    el("td", {}, one.attempts.map((attempt) => attempt.status || attempt.note).join(" → ") || "止めています"),
    el("td", {}, again ? el("button", { type: "button", className: "plain", onclick: press }, "もう一度") : ""));
}

export function drawLab(state) {
  const now = standing(state);
  byId("fault-waiting").textContent = now.length ? `いま：${now.join("、")}` : "いま起きている事故はありません。";
  const day = new Date(state.now * 1000).toLocaleString("ja-JP", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tokyo" });
  byId("clock-now").textContent = `${day}${state.shift_s ? `（${ahead(state.shift_s)}先）` : "（いまと同じ）"}`;
  byId("deliveries").replaceChildren(...[...state.deliveries].reverse().map(deliveryRow));
  byId("counters").replaceChildren(...Object.entries(NAMES).map(([key, name]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(state.counters[key])))));
}
