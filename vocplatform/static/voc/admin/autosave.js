"use strict";
/* The draft saves itself two seconds after the last change. A row marked to go stays until somebody presses "Save". */

(() => {
  const REST = 2000; // milliseconds without a change
  const AGAIN = 5000; // when nobody answered

  document.addEventListener("DOMContentLoaded", () => {
    const designer = document.querySelector(".voc-designer");
    const form = document.getElementById("survey_form");
    const words = document.querySelector("[data-unsaved]");
    if (!designer || !form || !words) return;
    const url = designer.dataset.autosaveUrl;
    const seen = form.elements.draft_seen;
    let timer = 0;
    let change = 0; // counts changes, so that we know whether what was saved is what stands there
    let kept = 0;
    let way = null; // the request under way
    let clashes = Boolean(designer.querySelector("[data-conflict]"));
    let isLeaving = false;

    function say(text) {
      words.hidden = false;
      words.textContent = text;
    }

    function changed() {
      change += 1;
      if (clashes) return;
      say(words.dataset.unsaved);
      if (url) soon(REST);
    }

    function soon(pause) {
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    }

    async function save() {
      if (way || clashes || isLeaving || change === kept) return;
      const mine = change;
      const sent = new Map();
      for (const row of designer.querySelectorAll(".voc-card, .voc-choice")) sent.set(row.dataset.row, { row, list: row.parentElement });
      say(words.dataset.saving);
      way = fetch(url, { method: "POST", body: new FormData(form) }).catch(() => null);
      const answer = await way;
      const told = answer?.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      way = null;
      if (!answer || answer.status >= 500) { say(words.dataset.offline); soon(AGAIN); }
      else if (answer.ok && told.draft_seen) taken(told, sent, mine);
      else if (answer.status === 409 && told.box) clash(told);
      else say(told.problem ? `${words.dataset.incomplete} ${told.problem}` : words.dataset.unsaved);
    }

    function taken(told, sent, mine) {
      seen.value = told.draft_seen;
      window.vocRows.adopt(sent, told.rows);
      kept = mine;
      if (change === mine) say(told.saved);
      else { say(words.dataset.unsaved); soon(REST); }
    }

    function clash(told) {
      clashes = true;
      say(words.dataset.clash);
      designer.querySelector("[data-conflict]")?.remove();
      designer.querySelector(".voc-build").insertAdjacentHTML("afterbegin", told.box);
      seen.value = told.draft_seen; // whoever saves by hand now has read what the box says
      designer.querySelector("[data-conflict]").scrollIntoView({ block: "nearest" });
    }

    function merge(box) {
      for (const choice of box.querySelectorAll("[data-clash]")) {
        if (choice.querySelector(":checked")?.value !== "theirs") continue;
        const field = form.elements[choice.dataset.clash];
        if (field?.type === "checkbox") field.checked = choice.dataset.theirs !== "";
        else if (field) field.value = choice.dataset.theirs;
      }
      box.remove();
      clashes = false;
      window.vocRows.settle();
      changed();
    }

    form.addEventListener("input", changed);
    designer.addEventListener("voc:changed", changed);
    designer.addEventListener("click", (event) => { if (event.target.closest("[data-merge]")) merge(event.target.closest("[data-conflict]")); });
    window.addEventListener("online", () => soon(0));
    window.addEventListener("offline", () => { if (change !== kept) say(words.dataset.offline); });
    window.addEventListener("beforeunload", (event) => { if (!isLeaving && change !== kept) event.preventDefault(); });
    form.addEventListener("submit", async (event) => {
      clearTimeout(timer);
      isLeaving = true;
      if (!way) return;
      event.preventDefault(); // one save after the other: the second must know of the first
      const button = event.submitter;
      await way;
      setTimeout(() => form.requestSubmit(button));
    });
  });
})();
