// Small tools: building elements (text only ever through textContent), calling the simulator, saying what happened.

/** An element with attributes and children. `on*` are listeners; strings become text nodes, never markup. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key === "className" ? "class" : key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export const byId = (id) => document.getElementById(id);

export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(await reason(response));
  return response.json();
}

export async function post(path, body = {}, method = "POST") {
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await reason(response));
  return response.json();
}

async function reason(response) {
  try {
    const body = await response.json();
    return String(body.detail ?? body.error ?? response.status);
  } catch {
    return String(response.status);
  }
}

let toastTimer = 0;
export function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), 5000);
}

/** Run an act of the person at the page and say so when it was not possible. */
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    toast(`できませんでした：${error.message}`);
    return null;
  }
}

export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });
}

/** Bring a list in line with its data, touching only what changed, so that focus and scrolling stay.
 * Returns the first new item when the reader was at the end (so that it can be shown), else null. */
export function reconcile(list, items, keyOf, build) {
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const before = known.size;
  let first = null;
  items.forEach((item, index) => {
    const key = keyOf(item);
    const content = JSON.stringify(item);
    let node = known.get(key);
    known.delete(key);
    if (!node || node.content !== content) {
      const fresh = build(item);
      fresh.dataset.key = key;
      fresh.content = content;
      if (node) replace(node, fresh);
      node = fresh;
      first ??= fresh;
    }
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  const replacedAll = before > 0 && known.size === before;
  for (const gone of known.values()) gone.remove();
  return wasAtEnd || replacedAll ? first : null;
}

/** Put `fresh` in the place of `node`; whoever stood on a button of it by keyboard stands on the same one again. */
function replace(node, fresh) {
  const usable = "button, summary, input, select, textarea, a";
  const at = node.contains(document.activeElement) ? document.activeElement : null;
  const like = (one) => one.textContent === at.textContent && one.tagName === at.tagName;
  const turn = at ? [...node.querySelectorAll(usable)].filter(like).indexOf(at) : -1;
  node.replaceWith(fresh);
  if (turn >= 0) [...fresh.querySelectorAll(usable)].filter(like)[turn]?.focus({ preventScroll: true });
}

/** Ask one thing in a small dialog; resolves to the value, or null when closed. */
export function ask(title, field, confirmLabel = "決める") {
  const inside = field.tagName === "P" ? field : el("label", {}, el("span", { className: "hidden" }, title), field);
  return dialogFor(title, [inside], confirmLabel, () => field.value ?? "");
}

/** Ask several things: rows of [label, field with a name]; resolves to FormData, or null when closed. */
export function askForm(title, rows, confirmLabel) {
  const labels = rows.map(([name, field]) => el("label", { className: "ask-row" }, el("span", {}, name), field));
  return dialogFor(title, labels, confirmLabel, (form) => new FormData(form));
}

function dialogFor(title, inside, confirmLabel, read) {
  const dialog = byId("ask");
  return new Promise((resolve) => {
    let answer = null;
    const form = el(
      "form",
      { method: "dialog", onsubmit: (event) => { answer = read(event.target); } },
      el("h2", { id: "ask-title" }, title),
      ...inside,
      el("div", { className: "modal-buttons" },
        el("button", { type: "button", className: "soft", onclick: () => dialog.close() }, "やめる"),
        el("button", { type: "submit" }, confirmLabel)),
    );
    dialog.replaceChildren(form);
    dialog.addEventListener("close", () => resolve(answer), { once: true });
    dialog.showModal();
  });
}
