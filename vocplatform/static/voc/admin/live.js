"use strict";
/* The preview beside the form: what is typed is frozen on the server, unsaved, and drawn by the customers' own page. */

(() => {
  const PAUSE = 500; // milliseconds without a key before we ask
  const DESKTOP = 1000; // pixels, drawn smaller until they fit

  document.addEventListener("DOMContentLoaded", () => {
    const designer = document.querySelector(".voc-designer");
    const form = document.getElementById("survey_form");
    if (!designer || !form) return;
    const carrier = designer.querySelector("[data-preview-form]");
    const problems = designer.querySelector("[data-problems]");
    const stage = designer.querySelector(".voc-stage");
    let timer = 0;
    let asked = 0;
    let before = "";

    async function look() {
      const ticket = ++asked;
      const answer = await fetch(designer.dataset.liveUrl, { method: "POST", body: new FormData(form) }).catch(() => null);
      if (ticket !== asked) return; // somebody typed on meanwhile
      problems.classList.toggle("voc-stale", !answer?.ok);
      if (!answer?.ok) return;
      const seen = await answer.json();
      problems.innerHTML = seen.problems;
      draw(seen.definition, seen.fingerprint);
    }

    function draw(definition, fingerprint) {
      if (fingerprint === before) return;
      before = fingerprint;
      carrier.elements.definition.value = definition;
      carrier.submit();
    }

    function soon() {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    }

    designer.addEventListener("voc:settled", soon);
    form.addEventListener("input", soon);
    designer.addEventListener("click", (event) => {
      const { width, scheme } = event.target.dataset;
      if (!event.target.matches("button") || !(width || scheme)) return;
      for (const button of event.target.parentElement.children) button.setAttribute("aria-pressed", String(button === event.target));
      if (width) { stage.dataset.width = width; fit(); }
      if (scheme) { carrier.elements.scheme.value = scheme; carrier.submit(); }
    });
    function fit() {
      stage.style.setProperty("--voc-scale", String(stage.clientWidth / DESKTOP));
    }

    window.addEventListener("resize", fit);
    look();
  });
})();
