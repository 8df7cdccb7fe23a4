"use strict";
/* "Show only if": only questions that stand above are offered, only comparisons that their kind of answer knows, and
   only answers that can be given. */

(() => {
  const PRESENCE = ["answered", "not_answered"];
  const rows = window.vocRows;

  const nameOf = (card) => card.dataset.pk || `row-${card.dataset.row.split("-").at(-1)}`;
  const kindOf = (card) => rows.kinds()[rows.field(card, "kind").value];

  function operatorsFor(card) {
    const kind = kindOf(card);
    if (kind.is_scale) return ["at_most", "at_least", "is", "is_not", ...PRESENCE];
    return kind.needs_choices || kind.choices.length ? ["is", "is_not", ...PRESENCE] : PRESENCE;
  }

  function answersOf(card) {
    const kind = kindOf(card);
    if (kind.is_scale) return Array.from({ length: kind.maximum - kind.minimum + 1 }, (_, step) => String(kind.minimum + step)).map((point) => [point, point]);
    if (kind.choices.length) return kind.choices;
    return rows.rowsOf(card.querySelector(".voc-choice-list"))
      .filter((choice) => !rows.isGone(choice))
      .map((choice) => [choice.dataset.key || rows.field(choice, "text").value, rows.field(choice, "text").value]);
  }

  function fill(select, options, chosen) {
    select.replaceChildren(...options.map(([value, words]) => new Option(words, value, false, value === chosen)));
    if (!options.some(([value]) => value === chosen)) select.value = options[0]?.[0] ?? "";
  }

  function refresh(card, above, number) {
    const waits = rows.field(card, "waits_for");
    const operator = rows.field(card, "show_if_operator");
    const value = rows.field(card, "show_if_value");
    if (waits.vocParent === undefined) waits.vocParent = rows.cards().find((other) => nameOf(other) === card.dataset.waits) ?? null;
    const parent = waits.vocParent;
    waits.dataset.always ??= waits.options[0].text;
    const offered = parent && !above.includes(parent) ? [...above, parent] : above;
    fill(waits, [["", waits.dataset.always], ...offered.map((other) => [nameOf(other), `${number.get(other)}. ${rows.field(other, "text").value || kindOf(other).label}`])], parent ? nameOf(parent) : "");
    card.querySelector(".voc-condition").classList.toggle("voc-waits", Boolean(parent));
    if (!parent) { say(card, ""); return; }
    const words = JSON.parse(document.getElementById("voc-operators").textContent);
    fill(operator, operatorsFor(parent).map((name) => [name, words[name]]), operator.value);
    const needsValue = !PRESENCE.includes(operator.value);
    value.closest(".voc-field").hidden = !needsValue;
    if (!needsValue) value.value = "";
    else offer(value, answersOf(parent), kindOf(parent).unhappy);
    const chosen = needsValue ? offerOf(value).selectedOptions[0]?.text ?? "" : "";
    say(card, `${card.closest(".voc-designer").dataset.onlyIf} ${number.get(parent) ?? "?"} ${operator.selectedOptions[0].text} ${chosen}`.trim());
  }

  const offerOf = (value) => value.parentElement.querySelector("select[data-offer]");

  /* The text field stays what is posted; a list of the possible answers stands in front of it. */
  function offer(value, answers, usual) {
    let list = offerOf(value);
    if (!list) {
      list = document.createElement("select");
      list.dataset.offer = "";
      list.className = rows.field(value.closest(".voc-card"), "kind").className;
      list.setAttribute("aria-label", value.labels[0]?.textContent.trim() ?? "");
      list.addEventListener("input", () => { value.value = list.value; }); // the cards settle as the event goes on
      value.after(list);
      value.hidden = true;
    }
    fill(list, answers, value.value || usual);
    value.value = list.value;
  }

  function say(card, words) {
    card.classList.toggle("voc-conditional", words !== "");
    if (words) card.querySelector(".voc-marks").append(rows.chip(words));
  }

  function refreshAll() {
    const standing = rows.cards().filter((card) => !rows.isGone(card));
    const number = new Map(standing.map((card, place) => [card, place + 1]));
    rows.cards().forEach((card) => {
      const waits = rows.field(card, "waits_for");
      if (waits.vocParent && rows.isGone(waits.vocParent)) waits.vocParent = null;
      if (waits.vocParent && !waits.vocParent.isConnected) waits.vocParent = null;
      refresh(card, standing.slice(0, standing.indexOf(card) < 0 ? 0 : standing.indexOf(card)), number);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const designer = document.querySelector(".voc-designer");
    if (!designer || !document.querySelector(".voc-cards")) return;
    designer.addEventListener("voc:settled", refreshAll);
    designer.addEventListener("input", (event) => {
      if (!event.target.name?.endsWith("-waits_for")) return;
      event.target.vocParent = rows.cards().find((card) => nameOf(card) === event.target.value) ?? null;
    }, { capture: true }); // before the cards settle and draw the list anew
    refreshAll();
  });
})();
