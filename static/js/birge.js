// What pages do beyond HTML. Every page works without this file.
//
// A part lives in a file of its own and is fetched only by a page that has what it works on:
//   if (document.querySelector("[data-autosave]")) import("./autosave.js");

theme();

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
  row.hidden = false;
}

function remembered() {
  try {
    return localStorage.getItem("theme") ?? "";
  } catch {
    return "";
  }
}
