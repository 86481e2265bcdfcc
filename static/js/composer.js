// Writing a message without leaving the page. The form works without this file, and every refusal comes as the form itself.

import { notPosted, watch } from "./texts.js";

const TYPING = 3000; // ms from one sign that somebody writes to the next

export class Composer {
  /** `on`: posted(html, rev, seq), typing(). */
  constructor(address, words, on) {
    Object.assign(this, { address, words, on });
    this.typedAt = 0;
    this.bind();
    document.addEventListener("click", (event) => this.reply(event));
  }

  get section() {
    return document.getElementById("write");
  }

  get form() {
    return this.section?.querySelector("form[data-post]");
  }

  /** Files that were chosen and not sent yet. */
  get chosen() {
    return this.form?.elements["files.new"]?.files;
  }

  /** Somebody writes here, or is about to: nothing may move. */
  isBusy() {
    const form = this.form;
    if (!form) return false;
    return form.contains(document.activeElement) || Boolean(form.elements.body?.value.trim() || this.chosen?.length);
  }

  bind() {
    const form = this.form;
    if (!form) return;
    // texts.js has looked first whether the line carries: it sends the form a second time then, marked as sure.
    form.addEventListener("submit", (event) => {
      if (!form.dataset.sure || event.submitter?.name) return;
      event.preventDefault();
      this.post(form);
    });
    form.elements.body?.addEventListener("input", () => {
      if (Date.now() - this.typedAt < TYPING) return;
      this.typedAt = Date.now();
      this.on.typing();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
  }

  async post(form) {
    const sent = new FormData(form);
    sent.delete("once"); // the message's own key makes it one
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "HX-Request": "true" }, redirect: "error" });
      const html = await answer.text();
      if (answer.status === 201) return this.posted(form, html, answer.headers);
      if (!this.put(html, true)) notPosted(form);
    } catch {
      notPosted(form);
    } finally {
      delete form.dataset.sure;
      delete form.dataset.busy;
    }
  }

  posted(form, html, headers) {
    const wasIn = form.contains(document.activeElement);
    form.elements.body.value = "";
    form.elements.key.value = uuid();
    form.querySelectorAll('input[type="file"]').forEach((each) => (each.value = ""));
    form.querySelectorAll(".not-posted, .draft-from, .error").forEach((each) => each.remove());
    form.querySelectorAll(".field-bad").forEach((each) => each.classList.remove("field-bad"));
    form.dispatchEvent(new Event("birge:saved"));
    this.on.posted(html, Number(headers.get("X-Rev")), headers.get("X-Seq"));
    if (form.elements.parent || form.querySelector('.personal-data, [name="files"]')) this.renew(wasIn);
    else if (wasIn) form.elements.body.focus({ preventScroll: true });
  }

  /** The form as the server has it now; what was begun in it is not touched. */
  async renew(focus = false, query = "") {
    const text = this.form?.elements.body?.value ?? "";
    try {
      const answer = await fetch(`${this.address}${query}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      const html = await answer.text();
      if ((this.form?.elements.body?.value ?? "") !== text) return;
      if (text.trim() && !html.includes("data-post")) return; // closed meanwhile: the text stays, and is refused in words
      this.put(html, false);
      if (this.form && text.trim()) this.keep(text);
      if (focus) this.form?.elements.body?.focus({ preventScroll: !query });
    } catch {
      // The form at hand works as well.
    }
  }

  /** What was begun comes first, then what is quoted; the cursor behind it. */
  keep(text) {
    const field = this.form.elements.body;
    field.value = field.defaultValue ? `${text.trimEnd()}\n\n${field.defaultValue}` : text;
    this.form.querySelector(".draft-from")?.remove(); // it is this very text
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** "Reply" and "Quote" bring the form here, with whom it answers, instead of a new page. */
  reply(event) {
    const link = event.target.closest?.('a[href*="#write"]');
    if (!link || !this.form || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const { pathname, search } = new URL(link.href);
    if (pathname !== this.address) return;
    event.preventDefault();
    const answered = this.form.elements.parent?.value;
    this.renew(true, answered && search.startsWith("?quote=") ? `${search}&reply=${answered}` : search);
  }

  /** A form that the server has sent takes the place of this one. */
  put(html, withErrors) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById("write");
    if (!fresh || page.getElementById("main")) return false;
    const chosen = this.chosen; // the server has taken them, has said why not, or has not seen them
    this.section.replaceWith(document.importNode(fresh, true));
    const key = this.form?.querySelector('input[name="once"]');
    if (key) watch(this.form, key);
    this.bind();
    const field = this.form?.elements["files.new"];
    if (chosen?.length && field && !this.form.querySelector('[name="files"], .attach .error')) {
      field.files = chosen;
      field.closest("details").open = true;
    }
    if (withErrors) {
      const error = this.section.querySelector(".error, .notice") ?? this.section;
      error.tabIndex = -1;
      error.focus();
    }
    return true;
  }
}

function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
