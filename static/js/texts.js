// What is typed is not lost: it is saved on this device while it is typed, and until the server says it has taken it.
//
// Watched is every form with a key ({% once %}). Texts lie in localStorage, per person and address of the form; signing out
// clears them. Nothing here posts: a form is sent by the browser, once the line has been found to carry.

const PREFIX = "birge.text.";
const DAYS_KEPT = 14;
const words = document.getElementById("line-words")?.dataset ?? {};

forgetDone();
for (const key of document.querySelectorAll('input[name="once"]')) watch(key.form, key);
for (const form of document.querySelectorAll('form[action$="/accounts/logout/"]')) {
  form.addEventListener("submit", () => saved().forEach(([name]) => localStorage.removeItem(name)));
}

/** All that is saved on this device: [name, entry]. */
export function saved() {
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX)) found.push([name, JSON.parse(localStorage.getItem(name))]);
    }
  } catch {
    // Storage is switched off, or holds what is not ours.
  }
  return found;
}

/** The server names in a cookie the form it has done; what is older than two weeks goes too. */
function forgetDone() {
  const done = document.cookie.match(/(?:^|; )birge_done=(\w+)/)?.[1];
  const old = Date.now() - DAYS_KEPT * 86_400_000;
  for (const [name, entry] of saved()) {
    if ((done && entry.once === done) || entry.at < old) localStorage.removeItem(name);
  }
  if (done) document.cookie = "birge_done=; path=/; max-age=0; samesite=lax";
}

export function watch(form, key) {
  const fields = () => [...form.elements].filter((each) => each.name && !/^(hidden|file|submit|button|password|fieldset)$/.test(each.type));
  const name = () => `${PREFIX}${key.dataset.person}.${new URL(form.action, location.href).pathname}`;
  let stored = snapshot(fields());
  let timer = 0;

  const entry = read(name());
  if (entry) {
    entry.once = key.value;
    if (isAnswerTo(entry)) {
      stored = null; // the server shows what was sent, and holds none of it
      if (fields().length) entry.fields = snapshot(fields());
      entry.sent = false;
      write(name(), entry);
    } else {
      write(name(), entry);
      offer(entry);
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 300);
  });
  addEventListener("pagehide", () => timer && save());
  form.addEventListener("birge:saved", () => {
    stored = snapshot(fields());
    save();
  });
  form.addEventListener("birge:leaves", () => localStorage.removeItem(name()));
  form.addEventListener("submit", send);
  addEventListener("pageshow", (event) => event.persisted && free());

  function save(sent = false) {
    clearTimeout(timer);
    timer = 0;
    const now = snapshot(fields());
    const before = read(name());
    if (!fields().length) {
      if (before) write(name(), { ...before, sent, page: location.pathname });
    } else if (stored && same(now, stored)) {
      remove(name());
    } else {
      write(name(), {
        at: Date.now(), page: location.pathname, title: document.querySelector("h1")?.textContent.trim() ?? document.title,
        once: key.value, version: version(), fields: now, sent,
      });
    }
  }

  /** First whether the line carries, so that a lost one leaves the person here, with the text and a button that works. */
  async function send(event) {
    if (form.dataset.sure) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    save(true);
    await form.preparing;
    if (await reachable()) {
      form.dataset.sure = "1";
      form.requestSubmit(event.submitter);
      return;
    }
    free();
    notPosted(form, event.submitter);
  }

  function free() {
    delete form.dataset.sure;
    delete form.dataset.busy;
  }

  function version() {
    return form.querySelector('[name="version"], [name="prepared_version"]')?.value ?? "";
  }

  /** "Draft from 10:44 · Discard"; where the text on the server is a newer one, it waits until the person puts it in. */
  function offer(entry) {
    const before = snapshot(fields());
    const known = Object.fromEntries(Object.entries(entry.fields).filter(([field]) => field in before));
    if (!Object.keys(known).length || same({ ...before, ...known }, before)) return;
    const bar = document.createElement("p");
    bar.className = "notice draft-from";
    bar.append(`${words.draftFrom} ${clock(entry.at)} · `);
    const put = (values) => {
      fill(fields(), values);
      form.dispatchEvent(new Event("change", { bubbles: true }));
    };
    if (entry.version === version()) put(known);
    else {
      const restore = button(words.putIn, () => {
        put(known);
        restore.nextSibling.remove();
        restore.remove();
      });
      bar.append(restore, " · ");
    }
    bar.append(button(words.discard, () => {
      put(before);
      remove(name());
      bar.remove();
      fields()[0]?.focus();
    }));
    form.prepend(bar);
  }
}

/** Said beside the button that was pressed; the text stays. */
export function notPosted(form, button) {
  form.querySelector(".not-posted")?.remove();
  const alert = document.createElement("p");
  alert.className = "notice notice-error not-posted";
  alert.setAttribute("role", "alert");
  alert.textContent = words.notPosted;
  ((button ?? form).closest(".buttons") ?? form.querySelector(".buttons") ?? form.lastElementChild).before(alert);
}

/** Whether this page is what the server answered to the form, not a page opened anew. */
function isAnswerTo(entry) {
  const [navigation] = performance.getEntriesByType("navigation");
  return entry.sent && navigation?.type === "navigate" && document.referrer
    && new URL(document.referrer).pathname === entry.page;
}

async function reachable() {
  if (!navigator.onLine) return false;
  try {
    return (await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(10_000) })).ok;
  } catch {
    return false;
  }
}

function snapshot(fields) {
  const found = {};
  for (const each of fields) {
    found[each.name] ??= [];
    if (each.type === "checkbox" || each.type === "radio") each.checked && found[each.name].push(each.value);
    else found[each.name].push(each.value);
  }
  return found;
}

function fill(fields, values) {
  const next = {};
  for (const each of fields) {
    if (!(each.name in values)) continue;
    if (each.type === "checkbox" || each.type === "radio") each.checked = values[each.name].includes(each.value);
    else each.value = values[each.name][(next[each.name] = (next[each.name] ?? -1) + 1)] ?? "";
  }
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function clock(at) {
  const then = new Date(at);
  const time = then.toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
  return then.toDateString() === new Date().toDateString() ? time : `${then.toLocaleDateString("ru")} ${time}`;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(name, entry) {
  try {
    localStorage.setItem(name, JSON.stringify(entry));
  } catch {
    // Storage is full or switched off: the page still holds the text.
  }
}

function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was saved then.
  }
}
