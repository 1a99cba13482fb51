// LINE's Flex and template messages, drawn plainly. Colours and sizes from the message are set through the style object.
import { el } from "./dom.js";

const SIZES = { xxs: 11, xs: 12, sm: 13, md: 15, lg: 18, xl: 21, xxl: 25, "3xl": 29, "4xl": 34, "5xl": 40 };
const GAPS = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const COLOR = /^#[0-9a-fA-F]{3,8}$/;

const pixels = (value) => (value in GAPS ? `${GAPS[value]}px` : /^\d+px$/.test(value ?? "") ? value : "");

export function flexMessage(message, tap) {
  const container = message.contents;
  const bubbles = container.type === "carousel" ? container.contents : [container];
  return el("div", { className: "flex-row", role: "group", "aria-label": message.altText }, bubbles.map((one) => bubble(one, tap)));
}

function bubble(one, tap) {
  const part = (name) => {
    if (!one[name]) return null;
    const node = el("div", { className: `flex-${name}` }, component(one[name], tap));
    const color = one.styles?.[name]?.backgroundColor;
    if (COLOR.test(color ?? "")) node.style.backgroundColor = color;
    return node;
  };
  return el("div", { className: "flex-bubble" }, part("header"), part("hero"), part("body"), part("footer"));
}

function component(node, tap) {
  switch (node.type) {
    case "box": return box(node, tap);
    case "text": return text(node, tap);
    case "button": return button(node, tap);
    case "separator": return el("hr", { className: "flex-separator" });
    case "image": case "video": return el("span", { className: "picture" }, "（画像）");
    default: return null;
  }
}

function box(node, tap) {
  const children = node.contents.map((child) => {
    const drawn = component(child, tap);
    if (drawn) {
      if (child.margin) drawn.style[node.layout === "vertical" ? "marginTop" : "marginLeft"] = pixels(child.margin);
      if (child.flex !== undefined) drawn.style.flex = String(child.flex);
    }
    return drawn;
  });
  const drawn = el("div", { className: `flex-box ${node.layout}` }, children);
  drawn.style.gap = pixels(node.spacing);
  if (node.paddingAll) drawn.style.padding = pixels(node.paddingAll);
  if (node.cornerRadius) drawn.style.borderRadius = pixels(node.cornerRadius);
  if (COLOR.test(node.backgroundColor ?? "")) drawn.style.backgroundColor = node.backgroundColor;
  if (COLOR.test(node.borderColor ?? "")) drawn.style.border = `1px solid ${node.borderColor}`;
  return node.action ? tappable(drawn, node.action, tap) : drawn;
}

function text(node, tap) {
  const spans = node.contents?.map((span) => styled(el("span", {}, span.text ?? ""), span));
  const drawn = styled(el("p", { className: "flex-text" }, spans ?? node.text ?? ""), node);
  if (node.align) drawn.style.textAlign = node.align;
  if (!node.wrap) drawn.classList.add("one-line");
  return node.action ? tappable(drawn, node.action, tap) : drawn;
}

function styled(drawn, node) {
  if (SIZES[node.size]) drawn.style.fontSize = `${SIZES[node.size]}px`;
  if (COLOR.test(node.color ?? "")) drawn.style.color = node.color;
  if (node.weight === "bold") drawn.style.fontWeight = "700";
  if (node.decoration && node.decoration !== "none") drawn.style.textDecoration = node.decoration;
  return drawn;
}

function button(node, tap) {
  const drawn = el("button", { type: "button", className: `flex-button ${node.style ?? "link"}`, onclick: () => tap(node.action) }, node.action.label ?? "");
  if (COLOR.test(node.color ?? "")) drawn.style[node.style === "primary" || node.style === "secondary" ? "backgroundColor" : "color"] = node.color;
  return drawn;
}

function tappable(inside, action, tap) {
  return el("button", { type: "button", className: "flex-tap", "aria-label": action.label, onclick: () => tap(action) }, inside);
}

export function templateMessage(message, tap) {
  const template = message.template;
  const columns = template.columns ?? [template];
  return el("div", { className: "flex-row", role: "group", "aria-label": message.altText }, columns.map((column) =>
    el("div", { className: "flex-bubble" },
      el("div", { className: "flex-body" }, column.title ? el("p", { className: "flex-title" }, column.title) : null, el("p", { className: "flex-text" }, column.text ?? "")),
      el("div", { className: "flex-footer" }, (column.actions ?? [column.action]).map((action) =>
        el("button", { type: "button", className: "flex-button link", onclick: () => tap(action) }, action.label ?? ""))))));
}
