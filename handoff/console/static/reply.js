// A case's page: templates into the box, the time in which an answer can be taken back, printing. All works without it.
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);

  // A template goes into the box where the cursor stands, and nothing that was written is lost.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#use-template")) return;
    const chosen = one("#reply-template")?.selectedOptions[0];
    const box = one("#reply-text");
    if (!box) return;
    event.preventDefault();
    if (!chosen?.dataset.text) return;
    const at = box.selectionStart === 0 && document.activeElement !== box ? box.value.length : box.selectionStart;
    const before = box.value.slice(0, at), after = box.value.slice(box.selectionEnd > at ? box.selectionEnd : at);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    box.value = before + gap + chosen.dataset.text + after;
    box.focus();
    box.setSelectionRange(before.length + gap.length, before.length + gap.length + chosen.dataset.text.length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // The server says how long is left; its clock and the browser's need not agree.
  const started = performance.now();
  const count = () => {
    document.querySelectorAll("[data-left]").forEach((place) => {
      const left = Math.ceil((Number(place.dataset.left) - (performance.now() - started)) / 1000);
      if (left > 0) place.textContent = `あと ${left} 秒で送ります。それまで取り消せます。`;
      else if (!place.dataset.over) {
        place.dataset.over = "1";
        place.textContent = "送っています。";
        place.closest("form")?.querySelector("button")?.remove();
      }
    });
  };
  if (one("[data-left]")) { count(); setInterval(count, 1000); }

  const print = one("#print-now");
  if (print) { print.hidden = false; print.addEventListener("click", () => window.print()); }
})();
