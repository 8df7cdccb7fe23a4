// A wall turns by itself until somebody stops it. Without this script the link below the figure leads on by hand.
(() => {
  "use strict";
  const KEY = "voc_wall_still";
  const next = document.querySelector("[data-wall-next]");
  const button = document.querySelector("[data-wall-stop]");
  let timer;

  // Where the browser keeps nothing (private mode), stopping holds until the next page.
  function recall() { try { return sessionStorage.getItem(KEY) === "yes"; } catch { return false; } }
  function keep(isStill) { try { sessionStorage.setItem(KEY, isStill ? "yes" : "no"); } catch { /* not kept */ } }

  function show(isStill) {
    button.setAttribute("aria-pressed", String(isStill));
    clearTimeout(timer);
    if (!isStill) timer = setTimeout(() => location.assign(next.href), 1000 * Number(next.dataset.wallNext));
  }

  button.addEventListener("click", () => {
    const isStill = button.getAttribute("aria-pressed") !== "true";
    keep(isStill);
    show(isStill);
  });
  button.hidden = false;
  show(recall());
})();
