// Who else has this case open (閲覧中): our own beat, and what others' beats say. Without it a page counts for 45 seconds.
(() => {
  "use strict";
  const BEAT = 15000;
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}");
  const csrf = headers["X-CSRF-Token"] || "";
  const opened = () => document.querySelector("[data-case]")?.dataset.case || "";
  const writing = () => [...document.querySelectorAll("[data-writing], #reply-text")].some(
    (box) => box === document.activeElement && box.value.trim());
  let here = "";
  let wrote = false;

  const form = (fields) => new URLSearchParams({ csrf, ...fields });
  const beat = () => {
    const id = opened();
    if (id !== here && here) leave();
    here = id;
    if (!id || document.hidden) return;
    wrote = writing();
    fetch(`/console/cases/${id}/look`, { method: "POST", body: form({ writing: wrote ? "1" : "0" }), keepalive: true })
      .catch(() => {}); // the live dot already says that we are cut off
  };
  const leave = () => {
    if (here) navigator.sendBeacon(`/console/cases/${here}/leave`, form({}));
    here = "";
  };
  const show = (said) => document.querySelectorAll("[data-looking]").forEach((place) => {
    place.textContent = said[place.dataset.looking] || "";
  });
  // Answers may come in another order than they were asked for: an older one never overwrites a newer one.
  let asked = 0;
  let shown = 0;
  const ask = () => {
    const mine = ++asked;
    fetch("/console/looking", { headers: { "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((said) => { if (said && mine > shown) { shown = mine; show(said); } })
      .catch(() => {});
  };

  window.setInterval(beat, BEAT);
  document.addEventListener("looks", ask);
  document.addEventListener("htmx:after:swap", () => { if (opened() !== here) beat(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  for (const change of ["input", "focusin", "focusout"]) {
    document.addEventListener(change, () => window.setTimeout(() => { if (writing() !== wrote) beat(); }, 0));
  }
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", beat);
})();
