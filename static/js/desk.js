// Keys on the desk and the panel beside it. Every page works without this file.
//
// Keys are told by their place (`event.code`), so that they work on a Kazakh or Russian layout, and never inside a field.

const LATER = 1500; // ms within which the second key of "g i" is awaited
const STORED = "desk-keys";
const FIELDS = "input:not([type=checkbox]), select, textarea, [contenteditable]";

let current = null;
let awaited = -Infinity; // when "g" was pressed

const rows = () => [...document.querySelectorAll("[data-row]")];
const sheet = document.getElementById("keys-sheet");
const peek = document.getElementById("peek");
const toggle = document.querySelector("[data-keys-switch]");

if (toggle) begin();

function begin() {
  const button = toggle.querySelector("[aria-pressed]");
  toggle.hidden = false;
  show(isOn());
  button.addEventListener("click", () => keep(button.getAttribute("aria-pressed") !== "true"));
  toggle.querySelector("[data-keys-help]").addEventListener("click", () => sheet.showModal());
  document.addEventListener("keydown", pressed);
  document.addEventListener("htmx:afterSwap", swapped);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  offerPeek();

  function keep(on) {
    try {
      localStorage.setItem(STORED, on ? "on" : "off");
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
    show(on);
  }

  function show(on) {
    button.setAttribute("aria-pressed", String(on));
  }
}

function isOn() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

/** The links that open the panel: only where htmx is there to fill it, and has taken them over (it would do so a moment
 * after rows are swapped in; a key pressed in that moment would leave the desk). */
function offerPeek() {
  if (!window.htmx) return;
  for (const link of document.querySelectorAll("[data-peek]")) {
    window.htmx.process(link);
    link.hidden = false;
  }
}

function pressed(event) {
  if (event.code === "Escape") return closePeek(event);
  if (toggle.querySelector("[aria-pressed]").getAttribute("aria-pressed") !== "true") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || sheet.open) return;
  if (event.target.closest(FIELDS)) return;
  const act = event.timeStamp - awaited < LATER ? SECOND[event.code] : KEYS[key(event)];
  awaited = -Infinity;
  if (act && act(event) !== false) event.preventDefault();
}

const key = (event) => (event.shiftKey ? `Shift+${event.code}` : event.code);

const KEYS = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  Enter: (event) => !event.target.closest("a, button, summary, input") && press("[data-open]"),
  KeyO: () => press("[data-peek]"),
  KeyX: () => press("input[name=issue]"),
  KeyE: () => document.querySelector(".bulk-bar button")?.click(),
  Slash: () => document.getElementById("q").focus(),
  "Shift+Slash": () => sheet.showModal(),
  KeyG: (event) => {
    awaited = event.timeStamp;
  },
};

const SECOND = {
  KeyI: () => location.assign(document.querySelector('header a[href$="/issues/"]').href),
  KeyD: () => location.assign(location.pathname),
};

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current?.isConnected ? current : null);
  choose(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function choose(row) {
  current?.classList.remove("is-current");
  current = row;
  row.classList.add("is-current");
  const link = row.querySelector("[data-open]");
  link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** The row one stood at, once its table has been replaced: the one of the same issue, if it is still there. */
function stayAt(row) {
  if (!row || row.isConnected) return;
  current = document.getElementById(row.id);
  if (current && document.activeElement === document.body) choose(current);
}

/** Nothing, and the key does what it always does, where there is no such control in the row. */
function press(selector) {
  const row = document.activeElement.closest("[data-row]") ?? current;
  const control = row?.querySelector(selector);
  if (!control || control.hidden) return false;
  current = row;
  control.click();
}

function swapped(event) {
  offerPeek();
  stayAt(current);
  if (event.target === peek) peek.querySelector("h2")?.focus();
}

function failed(event) {
  if (event.detail.target === peek) peek.textContent = peek.dataset.error;
}

function closePeek(event) {
  if (!peek.hasChildNodes() || sheet.open) return;
  const number = peek.querySelector(".peek")?.id.replace("peek-", "issue-");
  peek.replaceChildren();
  document.getElementById(number)?.querySelector("[data-open]").focus();
  event.preventDefault();
}
