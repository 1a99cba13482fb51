// Troubles to order, and what was counted.
import { ask, byId, clockTime, el, post, toast, trying } from "./dom.js";

const GROUPS = [
  ["LINE から届くとき", [
    ["同じ知らせが2回とどく", { kind: "duplicate", target: "line.webhook" }],
    ["順番が入れかわる", { kind: "reorder", target: "line.webhook" }],
    ["利用者IDがない", { kind: "no_user_id", target: "line.webhook" }],
    ["待機モード（standby）", { kind: "standby", target: "line.webhook" }],
    ["グループから", { kind: "group", target: "line.webhook" }],
    ["署名がまちがい", { kind: "bad_signature", target: "line.webhook" }],
  ]],
  ["LINE へ送るとき", [
    ["500（受けとった後）", { kind: "error_after", target: "line.*" }],
    ["500（受けとる前）", { kind: "error_before", target: "line.*" }],
    ["受けとって切れる", { kind: "drop_after", target: "line.*" }],
    ["10秒だまる", { kind: "timeout_before", target: "line.*", seconds: 10 }],
    ["429（3秒まて）", { kind: "rate_limit", target: "line.*", seconds: 3 }],
  ]],
  ["Slack", [
    ["429（3秒まて）", { kind: "rate_limit", target: "slack.*", seconds: 3 }],
    ["500（受けとった後）", { kind: "error_after", target: "slack.chat.*" }],
    ["古い署名", { kind: "stale_signature", target: "slack.webhook" }],
    ["まちがった署名", { kind: "bad_signature", target: "slack.webhook" }],
    ["社外と共有された窓口", { kind: "ext_shared" }],
    ["公開の窓口", { kind: "public_channel" }],
    ["Socket をつなぎ直す", { kind: "socket_refresh" }],
  ]],
];

const LABELS = Object.fromEntries(GROUPS.flatMap(([, kinds]) => kinds).map(([label, body]) => [`${body.kind} ${body.target}`, label]));

const NAMES = {
  profile_calls: "表示名を取りにきた回数", replies: "返信", pushes: "プッシュ", line_undelivered: "届かなかった文", line_refused: "LINEが断った",
  retry_key_conflicts: "再送キーで防いだ", duplicate_line_messages: "LINEの二重", webhook_redeliveries: "再配達", webhook_failures: "あきらめた配達",
  slack_posts: "Slackの投稿", slack_updates: "Slackの書きかえ", slack_refused: "Slackが断った", duplicate_slack_posts: "Slackの二重", slack_failures: "Slackの無応答",
};

export function wireLab(currentUser, people, refresh) {
  const order = async (body, label) => {
    if (await trying(() => post("/control/fault", body))) toast(`次に起こします：${label}`);
    refresh();
  };
  const act = (path, body) => async () => {
    await trying(() => post(path, body()));
    refresh();
  };
  const button = (label, onclick) => el("button", { type: "button", className: "soft", onclick }, label);
  byId("fault-groups").append(
    ...GROUPS.map(([title, kinds]) => el("div", {}, el("h3", {}, title), el("div", { className: "buttons" }, kinds.map(([label, body]) => button(label, () => order(body, label)))))),
    el("div", {}, el("h3", {}, "いますぐ"), el("div", { className: "buttons" },
      button("2人の文をまとめて届ける", act("/control/line/batch", () => ({ messages: [{ user: currentUser(), text: "まとめて届く文です" }, { user: people[1].user_id, text: "もうひとりの文です" }] }))),
      button("知らない種類の知らせ", act("/control/line/unknown", () => ({ user: currentUser() }))),
      button("止めた知らせを流す", act("/control/release", () => ({}))),
      button("事故をぜんぶやめる", async () => { await trying(() => post("/control/fault", {}, "DELETE")); refresh(); }))));
  byId("verify").addEventListener("click", async () => {
    const line = await trying(() => post("/control/line/verify"));
    const slack = await trying(() => post("/control/slack/verify"));
    if (line && slack) toast(`LINE ${line.settled ? "成功" : "失敗"}・Slack ${slack.ok && !slack.note ? "成功" : "失敗"}`);
  });
  byId("clock").addEventListener("click", () => trying(() => post("/control/clock", { shift_s: 3600 })));
  byId("reset").addEventListener("click", async () => {
    const sure = await ask("練習場をはじめからにしますか", el("p", {}, "電話とSlackの中身が消えます。製品の側に残ったものは消えません。"), "はじめから");
    if (sure === null) return;
    await trying(() => post("/control/reset"));
    refresh();
  });
}

export function drawLab(state) {
  const waiting = state.faults.map((fault) => `${LABELS[`${fault.kind} ${fault.target}`] ?? fault.kind}（あと${fault.times}回）`);
  if (state.channel.is_ext_shared) waiting.push("窓口は社外と共有中");
  if (!state.channel.is_private) waiting.push("窓口は公開");
  byId("fault-waiting").textContent = waiting.length ? `これから：${waiting.join("、")}` : "これから起きる事故はありません。";
  byId("deliveries").replaceChildren(...[...state.deliveries].reverse().map((one) =>
    el("tr", {}, el("td", {}, `${one.kinds.join("・") || "検証"} ${one.attempts[0] ? clockTime(one.attempts[0].at) : ""}`), el("td", {}, one.channel),
      el("td", {}, one.attempts.map((attempt) => attempt.status || attempt.note).join(" → ") || "止めています"))));
  byId("counters").replaceChildren(...Object.entries(NAMES).map(([key, name]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(state.counters[key])))));
}
