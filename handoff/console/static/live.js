// The live line: the dot says whether it holds; after every break what was missed is asked for, whatever versions say.
(() => {
  "use strict";
  const SILENT = 40000; // the server says something every 15 seconds
  const AGAIN = 3000;
  const lines = () => [...document.querySelectorAll("[hx-sse\\:connect]")];
  const onQueue = () => document.querySelector("#board");
  const heard = new WeakMap();
  const tried = new WeakSet();

  const dot = (on) => {
    const place = document.querySelector("#live");
    if (!place) return;
    place.classList.toggle("off", !on);
    document.querySelector("#live-word").textContent = on ? "更新中" : "つながっていません";
  };
  const hear = (line) => heard.set(line, performance.now());
  const catchUp = (line) => ["version", "looks"].forEach((what) => window.htmx.trigger(line, what));

  document.addEventListener("htmx:sse:after:connection", ({ target }) => {
    dot(true);
    hear(target);
    if (tried.has(target)) catchUp(target);
    tried.add(target);
  });
  document.addEventListener("htmx:sse:before:message", ({ target }) => hear(target));
  document.addEventListener("htmx:sse:error", ({ target, detail }) => {
    dot(false);
    // Nobody is signed in any more: the list's own request leads to the page for signing in.
    if (detail?.status === 401 && onQueue()) window.htmx.trigger(target, "version");
  });

  // htmx-sse makes a line anew that once stood, not one that never came about.
  const again = ({ target }) => {
    if (target.id === "board") window.setTimeout(() => window.htmx.trigger("#live", "version"), AGAIN);
    if (!lines().includes(target)) return;
    dot(false);
    tried.add(target);
    window.setTimeout(() => {
      if (target.isConnected && !target._htmx?.sse) {
        window.htmx.ajax("GET", target.getAttribute("hx-sse:connect"), { source: target });
      }
    }, AGAIN);
  };
  document.addEventListener("htmx:error", again);
  document.addEventListener("htmx:response:error", again);

  // A line that died without a word (a laptop that slept, a router that forgot) is cut, so that it is made anew.
  window.setInterval(() => lines().forEach((line) => {
    if (document.hidden || !heard.has(line) || performance.now() - heard.get(line) < SILENT) return;
    dot(false);
    hear(line);
    line._htmx?.sse?.reader?.cancel();
  }), 5000);

  // On a case's page somebody may be writing: only the list is loaded anew.
  document.addEventListener("ended", () => { if (onQueue()) window.location.reload(); });
})();
