"use strict";
/* The designer's cards and choices: add, move, copy, take away. The names of the fields stay what Django's formsets
   expect: saved rows first, in their order, then new rows without gaps. */

window.vocRows = (() => {
  const designer = () => document.querySelector(".voc-designer");
  const rowsOf = (list) => [...list.children].filter((row) => row.matches("[data-row]"));
  const listOf = (row) => row.parentElement;
  const field = (row, name) => row.querySelector(`[name="${row.dataset.row}-${name}"]`);
  const isGone = (row) => row.classList.contains("voc-removed");
  const cards = () => rowsOf(document.querySelector(".voc-cards"));
  const kinds = () => JSON.parse(document.getElementById("voc-kinds").textContent);
  const total = (list) => document.querySelector(`[name="${list.dataset.formset}-TOTAL_FORMS"]`);

  function add(list) {
    const prefix = list.dataset.formset;
    const count = Number(total(list).value);
    const empty = document.querySelector(`template[data-empty="${prefix}"]`);
    const made = document.createElement("template");
    made.innerHTML = empty.innerHTML.replaceAll(`${prefix}-__prefix__`, `${prefix}-${count}`).trim();
    const row = made.content.firstElementChild;
    list.append(row);
    total(list).value = count + 1;
    return row;
  }

  function addQuestion(kind) {
    const card = add(document.querySelector(".voc-cards"));
    field(card, "kind").value = kind;
    const last = cards().at(-2);
    if (last) field(card, "page").value = field(last, "page").value;
    field(card, "is_required").checked = !last && kinds()[kind].is_scale; // a survey that opens with a score is about it
    if (kinds()[kind].needs_choices) { addChoice(card); addChoice(card); }
    settle();
    field(card, "text").focus();
    return card;
  }

  function addChoice(card) {
    return add(card.querySelector(".voc-choice-list"));
  }

  function copy(card) {
    const twin = add(listOf(card));
    card.after(twin);
    for (const name of ["kind", "text", "page", "low_label", "high_label", "help_text", "rotation_slot", "show_if_operator", "show_if_value"]) {
      field(twin, name).value = field(card, name).value;
    }
    field(twin, "is_required").checked = field(card, "is_required").checked;
    field(twin, "waits_for").vocParent = field(card, "waits_for").vocParent;
    for (const choice of rowsOf(card.querySelector(".voc-choice-list"))) {
      if (!isGone(choice)) field(addChoice(twin), "text").value = field(choice, "text").value;
    }
    settle();
    field(twin, "text").focus();
  }

  /* A saved row is marked and can be kept after all; a new one simply goes. */
  function remove(row) {
    if (row.dataset.pk) {
      mark(row, true);
    } else {
      const list = listOf(row);
      row.remove();
      closeGap(list, row.dataset.row);
    }
    settle();
  }

  function mark(row, gone) {
    row.classList.toggle("voc-removed", gone);
    field(row, "DELETE").checked = gone;
    const keep = row.querySelector(":scope > [data-keep]");
    if (keep) keep.hidden = !gone;
    settle();
  }

  /* After the draft saved itself: rows that were new have a number and a key now, and saved rows come first. `sent` maps
     the name under which a row was sent to the row; whoever was taken away meanwhile comes back as taken away. */
  function adopt(sent, saved) {
    for (const [name, { row, list }] of sent) {
      if (!saved[name] || row.dataset.pk) continue;
      row.dataset.pk = saved[name].id;
      row.dataset.key = saved[name].key;
      if (!row.isConnected) {
        if (!list.isConnected) continue;
        rename(row, row.dataset.row, `${list.dataset.formset}-${total(list).value}`);
        list.append(row);
        total(list).value = Number(total(list).value) + 1;
        mark(row, true);
      }
      field(row, "id").value = saved[name].id;
      field(row, "key").value = saved[name].key;
    }
    for (const list of document.querySelectorAll(".voc-designer [data-formset]")) renumber(list);
    settle();
  }

  function renumber(list) {
    const prefix = list.dataset.formset;
    const place = (row) => Number(row.dataset.row.slice(prefix.length + 1));
    const rows = rowsOf(list).sort((one, other) => place(one) - place(other));
    const ordered = [...rows.filter((row) => row.dataset.pk), ...rows.filter((row) => !row.dataset.pk)];
    document.querySelector(`[name="${prefix}-INITIAL_FORMS"]`).value = ordered.filter((row) => row.dataset.pk).length;
    if (ordered.every((row, number) => place(row) === number)) return;
    ordered.forEach((row, number) => rename(row, row.dataset.row, `${prefix}-9${String(number).padStart(5, "0")}`));
    ordered.forEach((row, number) => rename(row, row.dataset.row, `${prefix}-${number}`));
  }

  function closeGap(list, name) {
    const prefix = `${list.dataset.formset}-`;
    const gap = Number(name.slice(prefix.length));
    for (const row of rowsOf(list)) {
      const index = Number(row.dataset.row.slice(prefix.length));
      if (index > gap) rename(row, `${prefix}${index}`, `${prefix}${index - 1}`);
    }
    total(list).value = Number(total(list).value) - 1;
  }

  function rename(row, from, to) {
    const moved = (value) => value.replace(new RegExp(`(^|id_)${from}(?=-|$)`), `$1${to}`);
    for (const part of [row, ...row.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for", "data-row", "data-formset", "data-empty"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, moved(part.getAttribute(name)));
      }
      if (part.localName === "template") part.innerHTML = part.innerHTML.replaceAll(`${from}-`, `${to}-`);
    }
  }

  function move(row, way) {
    const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (way === "up") other.before(row); else other.after(row);
    settle();
    row.querySelector(`[data-move="${way}"]`).focus();
  }

  function show(card, open) {
    card.classList.toggle("voc-closed", !open);
    card.querySelector("[data-toggle]").setAttribute("aria-expanded", String(open));
  }

  /* After every change: places, numbers and headings say what stands on the page. */
  function settle() {
    for (const list of document.querySelectorAll(".voc-designer [data-formset]")) {
      rowsOf(list).forEach((row, place) => { field(row, "position").value = place; });
    }
    let number = 0;
    const hasPages = new Set(cards().map((card) => field(card, "page").value)).size > 1;
    for (const card of cards()) {
      if (!isGone(card)) number += 1;
      describe(card, isGone(card) ? "–" : String(number), hasPages);
    }
    designer().classList.toggle("voc-asks-nothing", number === 0);
    designer().dispatchEvent(new CustomEvent("voc:settled"));
  }

  function describe(card, number, hasPages) {
    const kind = kinds()[field(card, "kind").value];
    card.dataset.kind = field(card, "kind").value;
    card.classList.toggle("voc-is-scale", kind.is_scale);
    card.classList.toggle("voc-offers", kind.needs_choices);
    field(card, "low_label").placeholder = kind.low;
    field(card, "high_label").placeholder = kind.high;
    card.querySelector(".voc-number").textContent = number;
    card.querySelector(".voc-summary").textContent = field(card, "text").value || kind.label;
    const page = hasPages ? `${designer().dataset.pageWord} ${field(card, "page").value}` : "";
    card.querySelector(".voc-marks").replaceChildren(...[kind.label, page].filter(Boolean).map(chip));
  }

  function chip(words) {
    const made = document.createElement("span");
    made.className = "voc-chip";
    made.textContent = words;
    return made;
  }

  function jump(name) {
    const card = document.getElementById(name);
    if (!card) return;
    show(card, true);
    card.scrollIntoView({ block: "center" });
    field(card, "text").focus({ preventScroll: true });
  }

  function listen() {
    designer().addEventListener("click", (event) => {
      const button = event.target.closest("button, a[data-row]");
      if (!button) return;
      const row = button.closest("[data-row]:not(a)");
      if (button.dataset.addKind) addQuestion(button.dataset.addKind);
      else if ("addChoice" in button.dataset) { const made = addChoice(button.closest(".voc-card")); settle(); field(made, "text").focus(); }
      else if (button.dataset.move) move(row, button.dataset.move);
      else if ("copy" in button.dataset) copy(row);
      else if ("remove" in button.dataset) remove(row);
      else if ("keep" in button.dataset) mark(row, false);
      else if ("toggle" in button.dataset) show(row, row.classList.contains("voc-closed"));
      else if (button.matches("a[data-row]")) { event.preventDefault(); jump(button.dataset.row); }
      if (button.matches("[data-add-kind], [data-add-choice], [data-move], [data-copy], [data-remove], [data-keep]")) tell();
    });
    designer().addEventListener("dblclick", (event) => {
      if (event.target.closest(".voc-card-head") && !event.target.closest("button")) show(event.target.closest(".voc-card"), true);
    });
    designer().addEventListener("input", settle);
    designer().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.closest(".voc-choice-text")) return;
      event.preventDefault(); // in a list of choices Enter means: the next one
      const made = addChoice(event.target.closest(".voc-card"));
      event.target.closest(".voc-choice").after(made);
      settle();
      field(made, "text").focus();
    });
  }

  /* After dragging. */
  function sorted() {
    settle();
    tell();
  }

  function tell() {
    designer().dispatchEvent(new CustomEvent("voc:changed"));
  }

  function begin() {
    if (!designer() || !document.querySelector(".voc-cards")) return;
    const few = cards().length <= 2;
    for (const card of cards()) show(card, few || card.querySelector(".voc-field-error") !== null);
    listen();
    settle();
    if (location.hash.startsWith("#questions-")) jump(location.hash.slice(1));
  }

  document.addEventListener("DOMContentLoaded", begin);
  return { adopt, cards, chip, field, isGone, kinds, rowsOf, settle, sorted };
})();
