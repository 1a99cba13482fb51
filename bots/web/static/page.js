// The page's own script. Every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Out at once: blank the page, say goodbye behind it, and leave no way back in the history.
  const leave = () => {
    const form = one(".exit");
    if (!form || root.classList.contains("leaving")) return;
    root.classList.add("leaving");
    const sent = fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, redirect: "manual" });
    const away = () => window.location.replace(document.body.dataset.exit);
    // The cookie must be gone before anybody can press Back; a slow network must not keep the page here.
    Promise.race([sent.catch(() => null), new Promise((done) => setTimeout(done, 800))]).then(away);
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".exit")) return;
    event.preventDefault();
    leave();
  });
  let escaped = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    const now = Date.now();
    if (now - escaped < 1500) leave();
    escaped = now;
  });
  const hint = one("#esc");
  if (hint && window.matchMedia("(hover: hover)").matches) hint.hidden = false;
  // A page taken out of the browser's memory may be somebody else's by now.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  // A one-time link leaves no address behind.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-replace]")) return;
    event.preventDefault();
    fetch(form.action, { method: "POST", body: new URLSearchParams() })
      .then((answer) => (answer.redirected ? window.location.replace(answer.url) : form.submit()))
      .catch(() => form.submit());
  });
  if (one("[data-replace]")) window.history.replaceState(null, "", "/d/");

  // A second press while the first is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(".letters")) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const sent = new URLSearchParams(new FormData(form));
    sent.set("big", button.value);
    fetch(form.action, { method: "POST", body: sent, redirect: "manual" }).catch(() => null);
    const big = root.classList.toggle("big");
    button.value = big ? "0" : "1";
    button.textContent = big ? button.dataset.on : button.dataset.off;
  });

  const wake = () => {
    all("[data-here]").forEach((button) => { button.hidden = !navigator.geolocation; });
    all("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
  };
  document.addEventListener("click", (event) => {
    const here = event.target.closest("[data-here]");
    if (here) {
      const form = here.form;
      navigator.geolocation.getCurrentPosition((found) => {
        form.elements.lat.value = found.coords.latitude;
        form.elements.lon.value = found.coords.longitude;
        const press = document.createElement("input");
        Object.assign(press, { type: "hidden", name: "press", value: "here" });
        form.append(press);
        form.requestSubmit();
      }, () => { form.querySelector("[data-here-said]").textContent = here.dataset.failed; }, { timeout: 15000 });
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent)
        .then(() => { copy.textContent = copy.dataset.done; }, () => null);
    }
  });

  // A file that is too large is said before it travels; one on its way is said plainly.
  const said = (file, words) => { file.form.querySelector("[data-file-said]").textContent = words; };
  document.addEventListener("change", (event) => {
    const file = event.target;
    if (!file.matches("#file")) return;
    const large = file.files.length > 0 && file.files[0].size > Number(file.dataset.most);
    said(file, large ? file.dataset.large : "");
    if (large) file.value = "";
  });
  document.addEventListener("submit", (event) => {
    const file = event.target.querySelector("#file");
    if (file && file.files.length) said(file, file.dataset.sending);
  });

  // Typing keeps the visit alive; what the page asks by itself does not.
  let told = Date.now();
  document.addEventListener("input", () => {
    const talk = one("#talk");
    if (!talk || Date.now() - told < 240000) return;
    told = Date.now();
    fetch("/talk/here", { method: "POST", headers: { "X-CSRF-Token": talk.dataset.csrf } }).catch(() => null);
  });

  // After one's own answer the new bubbles are read out and stand in view; what staff say never takes the focus.
  document.addEventListener("htmx:after:swap", () => {
    wake();
    const offline = one("#offline");
    if (offline) offline.hidden = true;
    const talk = one("#talk[data-answered]");
    const file = one("#file");
    // A swap of the whole talk follows a form of the person's; what staff said in between leaves the choice alone.
    if (file && (talk || one("#talk #wrong"))) {
      file.value = "";
      said(file, "");
    }
    const wrong = one("#talk #wrong");
    if (wrong) wrong.focus();
    else if (talk) {
      talk.removeAttribute("data-answered");
      one("#text").value = "";
      const present = one("#present") || one("#text");
      present.focus({ preventScroll: true });
      present.scrollIntoView({ block: "start" });
    }
  });
  document.addEventListener("htmx:error", () => {
    const offline = one("#offline");
    if (offline) offline.hidden = false;
    const file = one("#file");
    if (file) said(file, "");
  });
  wake();
  const wrong = one("#wrong");
  if (wrong) wrong.focus?.();
  else if (!one(".said.staff")) one("#present")?.scrollIntoView({ block: "nearest" });
})();
