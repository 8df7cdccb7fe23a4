"use strict";
/* Send the rule as it stands in the form, and show what it would have done. */

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-try]");
  if (!button) return;
  button.addEventListener("click", async () => {
    const shown = document.querySelector("[data-tried]");
    button.disabled = true;
    shown.classList.add("voc-stale");
    const form = document.getElementById(button.dataset.form ?? "triggerrule_form");
    const answer = await fetch(button.dataset.try, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (answer?.ok) shown.innerHTML = await answer.text();
    shown.classList.toggle("voc-stale", !answer?.ok);
    button.disabled = false;
  });
});
