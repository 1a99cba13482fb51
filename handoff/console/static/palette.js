// The command palette (Ctrl+K, ⌘K): every entry stands for a real link or form; it only chooses among them.
(() => {
  "use strict";
  const ID = "palette";
  let entries = [];
  let shown = [];
  let at = 0;
  let coming = false; // the entries of the server
  let entered = false; // Enter came before them
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

  const make = () => {
    const dialog = document.createElement("dialog");
    dialog.id = ID;
    dialog.setAttribute("aria-label", "見方・ページ・相談・操作をえらぶ");
    dialog.innerHTML = `<div class="palette-top"><input type="text" role="combobox" aria-expanded="true"
      aria-controls="palette-list" aria-autocomplete="list" aria-label="行きたいところ、番号、したいこと"
      placeholder="行きたいところ、番号、したいこと" autocomplete="off" maxlength="200"><kbd>Esc</kbd></div>
      <ul id="palette-list" role="listbox" aria-label="候補"></ul>
      <p class="palette-hint"><kbd>↑</kbd> <kbd>↓</kbd> えらぶ　<kbd>Enter</kbd> ひらく</p><div class="palette-source" hidden></div>`;
    document.body.append(dialog);
    const input = dialog.querySelector("input");
    input.addEventListener("input", () => { entered = false; draw(); });
    input.addEventListener("keydown", press);
    dialog.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(Number(option.dataset.at));
      else if (event.target === dialog) dialog.close();
    });
    return dialog;
  };
  const dialog = () => document.getElementById(ID) || make();

  const wordsOf = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, .hush, .count").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  // What can be done on this page, then where one can go. The same address stands once.
  const gather = (source) => {
    const found = [];
    const seen = new Set();
    const add = (kind, element, hint = "") => {
      const name = wordsOf(element);
      const key = element.href || `${kind}${name}`;
      if (!name || seen.has(key)) return;
      seen.add(key);
      found.push({ kind, name, hint, run: () => (element.tagName === "TEXTAREA" ? element.focus() : element.click()) });
    };
    document.querySelectorAll("button[data-key], a[data-key], summary[data-key]").forEach((element) => {
      if (element.getClientRects().length) add("この相談", element, element.dataset.key.length === 1 ? element.dataset.key.toUpperCase() : "");
    });
    document.querySelectorAll("#views a").forEach((link) => add("見方", link));
    source.querySelectorAll("[data-kind]").forEach((link) => add(link.dataset.kind, link));
    source.querySelectorAll(".palette-pages a").forEach((link) => add("ページ", link));
    document.querySelectorAll("#help-open, .logout button").forEach((element) => add("画面", element));
    return found;
  };

  const search = (text) => {
    const form = dialog().querySelector(".palette-goto");
    if (!form || !text) return [];
    const number = /^[tl]?-?\d{1,12}$/.test(plain(text).replace(/[‐‑–—―−ー・\s]/g, "-"));
    const run = () => { form.elements.q.value = text; form.requestSubmit(); };
    return [{ kind: "相談", name: number ? `${text} の相談をひらく` : `「${text}」をさがす`, hint: "", run, first: number }];
  };

  const draw = () => {
    const input = dialog().querySelector("input");
    const text = input.value.trim();
    const parts = plain(text).split(" ").filter(Boolean);
    const hits = entries.filter((one) => parts.every((part) => plain(`${one.kind} ${one.name}`).includes(part)));
    const asked = search(text);
    shown = asked[0]?.first ? [...asked, ...hits] : [...hits, ...asked];
    at = 0;
    const list = dialog().querySelector("#palette-list");
    list.replaceChildren(...shown.map((one, index) => {
      const row = document.createElement("li");
      row.id = `palette-${index}`;
      row.dataset.at = index;
      row.setAttribute("role", "option");
      for (const [name, words] of [["kind", one.kind], ["what", one.name], ["hint", one.hint]]) {
        const part = document.createElement(name === "hint" ? "kbd" : "span");
        part.className = name;
        part.textContent = words;
        if (words) row.append(part);
      }
      return row;
    }));
    if (!shown.length) list.innerHTML = '<li role="option" aria-disabled="true" class="none-found">あてはまるものがありません</li>';
    mark();
  };
  const mark = () => {
    const rows = [...dialog().querySelectorAll("#palette-list [data-at]")];
    rows.forEach((row, index) => row.setAttribute("aria-selected", index === at ? "true" : "false"));
    const input = dialog().querySelector("input");
    if (rows[at]) input.setAttribute("aria-activedescendant", rows[at].id);
    else input.removeAttribute("aria-activedescendant");
    rows[at]?.scrollIntoView({ block: "nearest" });
  };
  const choose = (index) => {
    const one = shown[index];
    if (!one) return;
    dialog().close();
    one.run();
  };
  const press = (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the input method's own keys
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && shown.length) { at = (at + by + shown.length) % shown.length; mark(); event.preventDefault(); }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (coming && at === 0) entered = true;
    else choose(at);
  };

  const open = async () => {
    if (document.querySelector("dialog[open]")) return;
    const box = dialog();
    box.showModal();
    const input = box.querySelector("input");
    input.value = "";
    const source = box.querySelector(".palette-source");
    coming = true;
    entered = false;
    entries = gather(source);
    draw();
    const words = await fetch("/console/palette", { headers: { "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
    coming = false;
    if (!box.open) return;
    if (words !== null) {
      source.innerHTML = words;
      entries = gather(source);
      draw();
    }
    if (entered) choose(at);
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      const box = document.getElementById(ID);
      if (box?.open) box.close();
      else open();
    }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("#palette-open")) open(); });
})();
