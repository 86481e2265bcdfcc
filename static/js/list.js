// The filters of a list: beside it on a wide screen, a dialog of their own on a phone. Without this file they are a
// <details> with a button that applies them.

const box = document.getElementById("filters");
const form = box?.querySelector("form");
if (form) {
  inPlace();
  busy();
  phone();
}

/** htmx, which changes the list in place, is fetched once a hand or the focus comes to the filters, or where Back may lead to
 * what it showed: who only reads the list waits for 21 kB less. What was chosen meanwhile is told to it; a button that was
 * pressed meanwhile opens the page, as without scripts. */
function inPlace() {
  let asked;
  let chosen = false;
  const ask = () => {
    if (document.readyState !== "complete") return addEventListener("load", ask, { once: true });
    if (asked) return;
    asked = document.createElement("script");
    asked.src = box.dataset.htmx;
    asked.addEventListener("error", () => (asked = undefined)); // the next touch tries again
    asked.addEventListener("load", () => {
      for (const kind of ["change", "input"]) form.removeEventListener(kind, choose);
      if (chosen) form.dispatchEvent(new Event("change", { bubbles: true }));
    });
    document.head.append(asked);
  };
  const choose = () => {
    chosen = true;
    ask();
  };
  for (const kind of ["pointerover", "focusin"]) box.addEventListener(kind, ask);
  for (const kind of ["change", "input"]) form.addEventListener(kind, choose);
  if (history.state?.htmx) ask();
  addEventListener("popstate", ({ state }) => state?.htmx && !window.htmx && location.reload());
}

/** The list says that it is being read anew. */
function busy() {
  const results = () => document.getElementById("results");
  form.addEventListener("htmx:beforeRequest", () => results().setAttribute("aria-busy", "true"));
  form.addEventListener("htmx:afterRequest", () => results().removeAttribute("aria-busy"));
}

/** On a narrow screen the filters cover the list, and nothing applies until "Show 27 issues" is pressed. */
function phone() {
  const narrow = matchMedia("(max-width: 59.99rem)");
  const dialog = document.createElement("dialog");
  const cancel = document.createElement("button");
  let before;
  let counting;
  let scrolled;

  dialog.className = "filters-dialog";
  dialog.setAttribute("aria-labelledby", "filters-title");
  const title = document.createElement("h2");
  title.id = "filters-title";
  title.textContent = box.dataset.title;
  title.tabIndex = -1;
  title.autofocus = true;
  dialog.append(title);
  cancel.type = "button";
  cancel.className = "second";
  cancel.textContent = box.dataset.cancel;
  box.after(dialog);  // not inside: what is closed shows no dialog

  const summary = box.querySelector("summary");
  summary.addEventListener("click", (event) => {
    if (!narrow.matches) return;
    event.preventDefault();
    before = written();
    dialog.append(form);
    form.querySelector(".filters-buttons").append(cancel);
    say();
    form.hidden = true; // a slow phone paints what covers the list first, then what stands in it
    scrolled = scrollY;
    document.body.classList.add("is-covered", "is-list-covered"); // and reckons nothing for what is covered
    dialog.showModal();
    painted(() => (form.hidden = false));
  });
  cancel.addEventListener("click", () => dialog.close("cancel"));
  dialog.addEventListener("cancel", () => (dialog.returnValue = "cancel"));
  dialog.addEventListener("close", () => {
    counting?.abort();
    if (dialog.returnValue !== "applied") restore(before);
    dialog.returnValue = "";
    cancel.remove();
    box.append(form);
    form.hidden = false;
    apply().textContent = apply().dataset.apply;
    document.body.classList.remove("is-covered");
    scrollTo({ top: scrolled, behavior: "instant" });
    summary.focus({ preventScroll: true });
    painted(() => document.body.classList.toggle("is-list-covered", dialog.open)); // the list after what stands above it
  });
  form.addEventListener("submit", () => dialog.open && dialog.close("applied"));

  // Caught before htmx hears of it: in the dialog a change only counts.
  for (const kind of ["change", "input"])
    document.addEventListener(
      kind,
      (event) => {
        if (!dialog.open || !dialog.contains(event.target)) return;
        event.stopPropagation();
        if (kind === "change") count();
      },
      true,
    );

  /** Once the next frame is on the screen: a hand that waits sees an answer before all of it is reckoned. */
  function painted(then) {
    requestAnimationFrame(() => setTimeout(then));
  }

  function apply() {
    return document.getElementById("filters-apply");
  }

  function say() {
    apply().textContent = apply().dataset.show;
  }

  /** How many there would be: the words of the button, from the list as it would be. */
  async function count() {
    counting?.abort();
    counting = new AbortController();
    try {
      const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: counting.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      apply().dataset.show = page.getElementById("filters-apply").dataset.show;
      if (dialog.open) say();
    } catch {
      // Taken over by a newer change, or no connection: the button keeps its words.
    }
  }

  function written() {
    return [...form.elements].map((each) => (each.type === "checkbox" ? each.checked : each.value));
  }

  function restore(values) {
    [...form.elements].forEach((each, n) => {
      if (each === cancel || values[n] === undefined) return;
      if (each.type === "checkbox") each.checked = values[n];
      else if (each.type !== "submit") each.value = values[n];
    });
  }
}
