// The console's own script: keys, selection, live dot, stale notice. Every page works without it.
(() => {
  "use strict";
  const wide = window.matchMedia("(min-width: 75rem)");
  const one = (selector) => document.querySelector(selector);
  const board = () => one("#board");
  const cards = () => [...document.querySelectorAll(".card")];
  const linkOf = (card) => card.querySelector("h2 a");

  const select = (card) => {
    cards().forEach((other) => other.removeAttribute("aria-current"));
    card.setAttribute("aria-current", "true");
  };

  // On a narrow screen there is no pane: the link opens the case's page.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".card h2 a");
    if (!link) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || !wide.matches) event.stopImmediatePropagation();
    else {
      // htmx wakes links a moment after they appear; without this a quick key would leave the queue for the case's page.
      window.htmx?.process(link);
      select(link.closest(".card"));
    }
  }, true);

  const step = (by) => {
    const all = cards();
    if (!all.length) return;
    const here = all.findIndex((card) => card.hasAttribute("aria-current") || card.contains(document.activeElement));
    const next = all[Math.max(0, Math.min(all.length - 1, here < 0 ? 0 : here + by))];
    linkOf(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (wide.matches) linkOf(next).click();
  };

  const openCase = () => {
    const card = one(".card[aria-current]") || cards().find((c) => c.contains(document.activeElement));
    if (card) window.location.assign(linkOf(card).href);
  };

  const use = (key) => {
    const wanted = [...document.querySelectorAll(`[data-key="${key}"]`)].at(key === "u" ? -1 : 0); // the last answer
    if (!wanted) return false;
    if (wanted.tagName === "SUMMARY") { wanted.parentElement.open = true; wanted.focus(); }
    else if (wanted.tagName === "TEXTAREA") wanted.focus();
    else wanted.click();
    return true;
  };

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const keys = {
    j: () => step(1), k: () => step(-1), Enter: () => openCase(), "/": () => one("#q")?.focus(),
    "?": () => one("#help")?.showModal(), a: () => use("a"), t: () => use("t"), r: () => use("r"),
    u: () => use("u"), h: () => use("h"),
  };

  document.addEventListener("keydown", (event) => {
    // While Japanese is being composed every key belongs to the input method (229 is how Safari says so).
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter" && event.target.id === "q") event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (one("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const onCard = event.target.closest(".card");
    if (key === "Enter" && !onCard) return;
    const act = keys[key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#help-open")) one("#help")?.showModal();
  });

  // Somebody else changed the case that is open here: say so, and leave the page as it is.
  const compare = () => {
    const open = one(".pane-in");
    const card = open && document.getElementById(`case-${open.dataset.case}`);
    const stale = one("#stale");
    if (card && stale) stale.hidden = card.dataset.version === open.dataset.version;
  };
  document.addEventListener("htmx:after:swap", () => compare());

  // What somebody is about to press stays under the mouse, and what they read stays where it is, while the list changes.
  const column = () => (wide.matches ? one(".board-column") : document.scrollingElement);
  const topOf = (element) => element.getBoundingClientRect().top;
  const alarmOf = () => one(".alarm form")?.getAttribute("action") || "";
  let before = null;
  document.addEventListener("htmx:before:swap", () => {
    if (!board()) return;
    const seen = cards();
    const read = column().scrollTop > 0 ? seen.find((card) => topOf(card) > 60) : null;
    const anchor = one(".card:hover") || seen.find((card) => card.contains(document.activeElement)) || read;
    before = {
      view: board().dataset.view, ids: new Set(seen.map((card) => card.id)), anchor: anchor?.id,
      top: anchor ? topOf(anchor) : 0, alarm: one(".alarm:hover") ? alarmOf() : null,
    };
  });
  document.addEventListener("htmx:after:swap", () => {
    const was = before;
    before = null;
    if (!was || !board() || was.view !== board().dataset.view) return;
    announce(cards().filter((card) => !was.ids.has(card.id)), was.ids.size);
    const anchor = was.anchor && document.getElementById(was.anchor);
    if (anchor) {
      column().scrollTop += topOf(anchor) - was.top;
      const gap = was.top - topOf(anchor);
      if (gap > 1) one(".cards").style.marginTop = `${gap}px`; // at the top there is nothing to scroll
    }
    if (was.alarm !== null && was.alarm !== alarmOf()) rest(one(".alarm-button"));
  });
  document.addEventListener("pointerleave", (event) => {
    if (event.target.classList?.contains("board-column") && one(".cards")) one(".cards").style.marginTop = "";
  }, true);
  const rest = (button) => {
    if (!button) return;
    button.disabled = true; // another case has come under the mouse: nobody should take it by accident
    window.setTimeout(() => { button.disabled = false; }, 1500);
  };

  const unseen = new Set();
  const announce = (fresh, known) => {
    if (!fresh.length || !known) return;
    fresh.forEach((card) => { card.classList.add("fresh"); unseen.add(card.id); });
    const away = [...unseen].map((id) => document.getElementById(id)).filter((card) => card && (topOf(card) < 0 || topOf(card) > window.innerHeight));
    one("#fresh-said").textContent = `新しい相談が ${fresh.length} 件あります`;
    const bar = one("#fresh-bar");
    bar.textContent = `新しい相談 ${away.length} 件を見る`;
    bar.hidden = !away.length;
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#fresh-bar")) return;
    const first = cards().find((card) => unseen.has(card.id));
    unseen.clear();
    one("#fresh-bar").hidden = true;
    if (!first) return;
    first.scrollIntoView({ block: "center" });
    linkOf(first).focus({ preventScroll: true });
  });

  // A link to a folded form opens it (a link to a field is focused by the browser itself).
  const fromHash = () => {
    const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
    if (target?.tagName !== "DETAILS") return;
    target.open = true;
    target.querySelector("select")?.focus();
  };
  window.addEventListener("hashchange", fromHash);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]'); // the same address again is no change of it
    if (link && link.hash === window.location.hash) fromHash();
  });
  fromHash();
})();
