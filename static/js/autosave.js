// Drafts of issues are saved on the server too: ten seconds after a change, and when a field or the page is left.
//
// By the same address and action as the button, with the version that is on the page. A colleague's change stops it, in
// words; the button then leads to the page that shows both.

const EVERY = 10_000;

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let running = null;
  let stopped = false;

  form.addEventListener("input", () => {
    timer ||= setTimeout(save, EVERY);
  });
  form.addEventListener("focusout", () => timer && save());
  document.addEventListener("visibilitychange", () => timer && document.hidden && save());
  form.addEventListener("submit", () => clearTimeout(timer));

  function save() {
    clearTimeout(timer);
    timer = 0;
    if (stopped || running || form.dataset.busy) return;
    running = send().finally(() => (running = null));
    form.preparing = running; // a button waits for the answer, which brings the version it must name
  }

  async function send() {
    const sent = new FormData(form);
    sent.delete("once");
    sent.set("later", "1");
    sent.set("autosave", "1");
    try {
      const response = await fetch(form.action, { method: "POST", body: sent, redirect: "error" });
      const answer = await response.json();
      if (answer.words) status.textContent = answer.words;
      if (response.ok) taken(answer);
      else stopped = response.status === 409;
    } catch {
      // The line is gone, or the session: the device keeps the text (texts.js).
    }
  }

  function taken(answer) {
    let version = form.querySelector('[name="version"]');
    if (!version) {
      version = Object.assign(document.createElement("input"), { type: "hidden", name: "version" });
      form.append(version);
    }
    version.value = answer.version;
    if (answer.url !== location.pathname) {
      form.dispatchEvent(new Event("birge:leaves"));
      form.action = answer.url;
      history.replaceState(null, "", answer.url);
    }
    if (!timer) form.dispatchEvent(new Event("birge:saved"));
  }
}
