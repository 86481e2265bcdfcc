// What pages do beyond HTML. Every page works without this file.
//
// A part lives in a file of its own and is fetched only by a page that has what it works on:
//   if (document.querySelector("form[data-autosave]")) import("./autosave.js");

theme();
folds();
if (document.getElementById("line-words")) import("./texts.js");
if (document.querySelector("form[data-autosave]")) import("./autosave.js");
if (document.querySelector("[data-news]")) setTimeout(() => import("./news.js"), 60_000); // what it asks first, it asks then
if (document.querySelector("[data-live]")) import("./live.js");
document.addEventListener("change", ({ target }) => {
  if (target.type !== "file" || !target.form) return;
  const made = import("./photos.js").then(({ shrink }) => shrink(target));
  target.form.preparing = made.catch(() => {}); // a button waits for it (texts.js)
});
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-people]") && target.value.includes("@")) import("./people.js").then(({ offer }) => offer(target));
});
addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => {}));

/** The switch in the footer: the device's theme, or the one this person chose on this device. */
function theme() {
  const row = document.querySelector("[data-theme-switch]");
  if (!row) return;
  const choice = row.querySelector("select");
  const show = (name) => {
    if (name) document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
  };
  choice.value = remembered();
  show(choice.value);
  choice.addEventListener("change", () => {
    show(choice.value);
    try {
      localStorage.setItem("theme", choice.value);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
  });
  row.classList.add("is-ready");
}

function remembered() {
  try {
    return localStorage.getItem("theme") ?? "";
  } catch {
    return "";
  }
}

/** A long text is cut after some lines on a narrow screen, with a button for the rest; without this script it is whole, and above
 * the place that the address leads to, so that nothing moves under a reader who has just arrived. */
function folds() {
  const goal = document.getElementById(location.hash.slice(1)); // `:target` is told later, in half of the views
  for (const fold of document.querySelectorAll("[data-fold]")) {
    if (goal && fold.compareDocumentPosition(goal) & Node.DOCUMENT_POSITION_FOLLOWING) continue;
    const [text, button] = [fold.firstElementChild, fold.querySelector("button")];
    fold.classList.add("is-folded");
    if (text.scrollHeight <= text.clientHeight + 1) {
      fold.classList.remove("is-folded");
      continue;
    }
    button.hidden = false;
    button.addEventListener("click", () => {
      fold.classList.remove("is-folded");
      button.hidden = true;
      text.tabIndex = -1;
      text.focus({ preventScroll: true });
    });
  }
}
