// Comfort only: every page works without it. Colours, single keys, and finding back to the list.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Colours: system, light, dark. A cookie, so that the server draws the next page in them at once.
  const SCHEMES = ["auto", "light", "dark"];
  const DRAWINGS = { auto: "auto", light: "sun", dark: "moon" };
  const scheme = () => root.getAttribute("data-bs-theme") || "auto";

  function showScheme(button) {
    one("span", button).textContent = button.dataset[`says${scheme()[0].toUpperCase()}${scheme().slice(1)}`];
    const drawing = one("use", button);
    drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${DRAWINGS[scheme()]}`));
  }

  function nextScheme() {
    const next = SCHEMES[(SCHEMES.indexOf(scheme()) + 1) % SCHEMES.length];
    if (next === "auto") root.removeAttribute("data-bs-theme");
    else root.setAttribute("data-bs-theme", next);
    const age = next === "auto" ? 0 : 31536000;
    document.cookie = `voc_theme=${next};path=/;max-age=${age};samesite=lax`;
  }

  // What the browser may refuse to keep (private mode) is not missed.
  function recall(key) { try { return sessionStorage.getItem(key) ?? localStorage.getItem(key); } catch { return null; } }
  function keep(key, value, store = "sessionStorage") { try { window[store].setItem(key, value); } catch { /* not kept */ } }

  // Rows of a list
  const rows = () => all("[data-row]");
  const current = () => one('[data-row][aria-current="true"]');
  const pick = (row) => one(".case-pick", row);

  function select(row) {
    if (!row) return;
    current()?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    keep("voc_row", one("[data-open]", row).getAttribute("href"));
    keep("voc_at", rows().indexOf(row));
  }

  function step(by) {
    const list = rows();
    const at = list.indexOf(current());
    select(list[at < 0 ? 0 : Math.min(Math.max(at + by, 0), list.length - 1)]);
  }

  function open(query = "") {
    const link = current() && one("[data-open]", current());
    if (link) window.location.assign(link.getAttribute("href") + query);
  }

  function bulk(name) {
    const row = current();
    const picked = rows().some((each) => pick(each).checked);
    if (!picked && row) pick(row).checked = true;
    if (!picked && !row) return;
    const target = one(`[data-bulk="${name}"]`);
    countPicked();
    if (target?.tagName === "BUTTON") return target.click();
    if (target?.tagName === "SUMMARY") target.parentElement.open = true;
    (target?.tagName === "SUMMARY" ? one("select", target.parentElement) : target)?.focus();
  }

  function countPicked() {
    const says = one("[data-picked]");
    if (says) says.textContent = says.textContent.replace(/^\d* ?/, `${rows().filter((row) => pick(row).checked).length} `);
  }

  const LIST_KEYS = {
    j: () => step(1), k: () => step(-1), o: () => open(), Enter: () => open(),
    x: () => { const box = current() && pick(current()); if (box) box.click(); },
    m: () => bulk("mine"), a: () => bulk("assign"), s: () => bulk("snooze"), t: () => bulk("tag"),
    e: () => (rows().some((row) => pick(row).checked) ? bulk("close") : open("?do=resolve")),
    n: () => open("?do=note"), r: () => open("?do=message"),
  };

  function goes(letter) { const way = one(`[data-go="${CSS.escape(letter)}"]`); if (way) way.click(); }

  function pressed(key) {
    if (key === "?") { one("#keys")?.showModal(); return true; }
    if (key === "/") { const search = one('[name="q"]'); search?.focus(); return Boolean(search); }
    if (one("[data-list]") && LIST_KEYS[key]) { LIST_KEYS[key](); return true; }
    const target = one(`[data-key="${CSS.escape(key)}"]`);
    if (target) target.click();
    return Boolean(target);
  }

  let waitsForLetter = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || recall("voc_keys") === "off") return;
    const field = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (field || one("dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest?.("a, button, input, summary")) return;
    if (Date.now() - waitsForLetter < 1500) { waitsForLetter = 0; goes(event.key); event.preventDefault(); return; }
    if (event.key === "g") { waitsForLetter = Date.now(); return; }
    if (pressed(event.key)) event.preventDefault();
  });

  // Enter in a field of the bar under the list does what the button beside that field does, and never anything else.
  document.addEventListener("keydown", (event) => {
    const beside = event.key === "Enter" && event.target.closest?.("#bulk input:not([type=checkbox])");
    const go = beside && one("[name=act]", beside.closest(".bulk-pair, .bulk-fields"));
    if (go) { event.preventDefault(); go.click(); }
  });

  // On a page with a form at hand, Escape in a field leaves the field, so that keys work again.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest?.("input, textarea, select")) event.target.blur();
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of all("[data-theme-switch]")) {
      button.hidden = false;
      showScheme(button);
      button.addEventListener("click", () => { nextScheme(); showScheme(button); });
    }
    for (const button of all("[data-keys-help]")) {
      button.hidden = false;
      button.addEventListener("click", () => one("#keys").showModal());
    }
    const keys = one("[data-keys-switch]");
    if (keys) {
      keys.checked = recall("voc_keys") !== "off";
      keys.addEventListener("change", () => keep("voc_keys", keys.checked ? "on" : "off", "localStorage"));
    }
    if (one("[data-list]")) {
      keep("voc_list", window.location.pathname + window.location.search);
      const last = recall("voc_row");
      const row = rows().find((each) => one("[data-open]", each).getAttribute("href") === last);
      if (row) select(row);
      else if (last !== null) select(rows()[Math.min(Number(recall("voc_at")), rows().length - 1)]);
    }
    // What was dealt with moves away in the list: the next one stands where the first of them stood.
    one("#bulk")?.addEventListener("submit", () => {
      keep("voc_row", "");
      keep("voc_at", Math.max(rows().findIndex((row) => pick(row).checked), 0));
    });
    const back = one("[data-back]");
    if (back && recall("voc_list")) back.setAttribute("href", recall("voc_list"));
    one("[data-focus]")?.focus();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".case-pick")) countPicked();
  });
})();
