// What a person sends beside words: a sticker, a photo, a voice, a video, a paper, a place. Each asks in a small dialog.
import { ask, askForm, el, toast } from "./dom.js";

const STICKERS = ["おねがい", "ありがとう", "たすけて", "つらい", "OK", "こんにちは"];
const MEDIA = {
  image: { title: "写真を送る", accept: "image/*", sample: "photo", says: "みほんの写真（撮った場所の情報が入っています）" },
  audio: { title: "声を送る", accept: "audio/*", sample: "voice", says: "みほんの声（2秒）" },
  video: { title: "動画を送る", accept: "video/*", sample: "video", says: "みほんの動画（2秒）" },
  file: { title: "書類を送る", accept: "", sample: "paper", says: "みほんの書類（PDF）" },
};

/** The act for the control API, or null when the person changed their mind. */
export async function pick(kind) {
  if (kind === "sticker") return pickSticker();
  if (kind === "location") return pickPlace();
  return pickMedia(kind);
}

async function pickSticker() {
  const field = el("select", {}, STICKERS.map((word) => el("option", { value: word }, word)));
  const word = await ask("スタンプをえらぶ", field, "送る");
  return word ? { kind: "sticker", keywords: [word] } : null;
}

async function pickPlace() {
  const given = await askForm("場所を送る", [
    ["住所", el("input", { name: "address", value: "みほん市本町 1-2", required: true, maxlength: 100 })],
    ["緯度", el("input", { name: "latitude", type: "number", step: "any", min: -90, max: 90, value: "35.0", required: true })],
    ["経度", el("input", { name: "longitude", type: "number", step: "any", min: -180, max: 180, value: "135.0", required: true })],
  ], "送る");
  return given && { kind: "location", address: given.get("address"), latitude: Number(given.get("latitude")), longitude: Number(given.get("longitude")) };
}

async function pickMedia(kind) {
  const medium = MEDIA[kind];
  const choices = [[medium.sample, medium.says], ["broken", "こわれたファイル"], ["huge", "大きすぎるファイル（40MB）"], ["own", "この端末のファイル（下でえらぶ）"]];
  const which = el("select", { name: "which" }, choices.map(([value, label]) => el("option", { value }, label)));
  const file = el("input", { name: "file", type: "file", accept: medium.accept || undefined });
  file.addEventListener("change", () => { which.value = "own"; });
  const given = await askForm(medium.title, [["何を", which], ["ファイル", file]], "送る");
  if (!given) return null;
  if (given.get("which") !== "own") return { kind, sample: given.get("which") };
  const chosen = given.get("file");
  if (!chosen?.size) {
    toast("ファイルがえらばれていません。");
    return null;
  }
  return { kind, bytes_base64: await base64(chosen), media_type: chosen.type, file_name: chosen.name };
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
