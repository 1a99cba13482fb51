// Slack's text: plain_text as it is, mrkdwn with its few marks, rich_text. Everything becomes text nodes.
import { el } from "./dom.js";

const TOKEN = /<([^<>]+)>|`([^`\n]+)`|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~/g;
const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function textObject(text, names = {}) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, names) : [text.text];
}

export function mrkdwn(text, names = {}) {
  const out = [];
  text.split("\n").forEach((line, index) => {
    const quoted = /^(?:>|&gt;)\s?/.exec(line);
    const inside = marks(quoted ? line.slice(quoted[0].length) : line, names);
    if (quoted) out.push(el("span", { className: "quote" }, inside));
    else {
      if (index > 0) out.push(el("br"));
      out.push(...inside);
    }
  });
  return out;
}

function marks(line, names) {
  const out = [];
  let from = 0;
  for (const hit of line.matchAll(TOKEN)) {
    if (hit.index > from) out.push(unescaped(line.slice(from, hit.index)));
    const [whole, angle, code, bold, italic, strike] = hit;
    if (angle !== undefined) out.push(special(angle, names));
    else if (code !== undefined) out.push(el("code", {}, unescaped(code)));
    else if (bold !== undefined) out.push(el("strong", {}, marks(bold, names)));
    else if (italic !== undefined) out.push(el("em", {}, marks(italic, names)));
    else out.push(el("s", {}, marks(strike, names)));
    from = hit.index + whole.length;
  }
  if (from < line.length) out.push(unescaped(line.slice(from)));
  return out;
}

/** Mentions are made loud on purpose: an unwanted <!channel> must be seen in practice. */
function special(angle, names) {
  const [target, label] = angle.split("|");
  if (target.startsWith("!")) return el("mark", { className: "everyone" }, `@${target.slice(1).split("^")[0]}`);
  if (target.startsWith("@")) return el("mark", {}, `@${label ?? names[target.slice(1)] ?? target.slice(1)}`);
  if (target.startsWith("#")) return el("mark", {}, `#${label ?? target.slice(1)}`);
  const safe = /^(https?:|tel:|mailto:)/.test(target);
  return safe ? el("a", { href: target, target: "_blank", rel: "noreferrer" }, unescaped(label ?? target)) : unescaped(label ?? target);
}

export function richText(block, names = {}) {
  return block.elements.map((part) => {
    if (part.type === "rich_text_list") {
      return el(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((item) => el("li", {}, inline(item.elements, names))));
    }
    const name = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "p";
    return el(name, {}, inline(part.elements ?? [], names));
  });
}

function inline(elements, names) {
  return elements.map((part) => {
    if (part.type === "user") return el("mark", {}, `@${names[part.user_id] ?? part.user_id}`);
    if (part.type === "broadcast") return el("mark", { className: "everyone" }, `@${part.range}`);
    if (part.type === "link") return special(`${part.url}|${part.text ?? part.url}`, names);
    if (part.type === "emoji") return `:${part.name}:`;
    const text = part.text ?? "";
    if (part.style?.bold) return el("strong", {}, text);
    if (part.style?.code) return el("code", {}, text);
    if (part.style?.strike) return el("s", {}, text);
    return part.style?.italic ? el("em", {}, text) : text;
  });
}
