// The room of an issue: what others do appears, and nothing that they do moves what this person reads, writes or points at.

import { Thread, renewHead } from "./parts.js";

const AGAIN = [500, 1000, 2000, 4000, 8000, 15_000]; // ms until the next attempt
const LOST = 4000; // ms without a line before anybody is told
const SILENCE = 25_000; // the server says something every ten seconds
const POLL = 20_000;
const CONFIRM = 32; // frames
const FINAL = [4401, 4403, 4404]; // signed out, not allowed, not there: nothing to try again

// The line to the room: a socket that resumes where it stood, and a page that is asked where there is no socket. `rev` is the
// last change that this page has. Changes are handed over in order, each once; the database has the rest.
class Line {
  /** `on`: changed(frame), polled(html), said(frame), state(name, code). */
  constructor(number, address, rev, on) {
    Object.assign(this, { number, address, rev, on });
    this.failures = 0;
    this.open();
    addEventListener("online", () => this.again(0));
    addEventListener("offline", () => this.lose("offline"));
    addEventListener("pageshow", (event) => event.persisted && this.again(0));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.isAlive()) this.again(0);
    });
    setInterval(() => this.socket && !this.isAlive() && this.again(0), 5000);
  }

  isAlive() {
    return this.socket?.readyState === WebSocket.OPEN && Date.now() - this.heardAt < SILENCE;
  }

  open() {
    clearTimeout(this.timer);
    this.timer = 0;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const lang = document.documentElement.lang;
    this.drop();
    this.heardAt = Date.now();
    this.unconfirmed = 0;
    try {
      this.socket = new WebSocket(`${scheme}//${location.host}/ws/issues/${this.number}/?after=${this.rev}&lang=${lang}`);
    } catch {
      return this.closed();
    }
    const socket = this.socket;
    socket.onmessage = (event) => this.socket === socket && this.heard(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  /** Forget the socket at hand, whatever it still says. */
  drop() {
    const old = this.socket;
    this.socket = null;
    old?.close();
  }

  again(after) {
    if (this.refused) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), after);
  }

  heard(frame) {
    this.heardAt = Date.now();
    if (!this.isUp) this.restore();
    if (frame.t === "ping") return this.confirm();
    if (!frame.rev) return this.on.said(frame);
    if (frame.rev <= this.rev) return;
    if (frame.rev > this.rev + 1) return this.again(0); // something is missing: resume from what is here
    this.rev = frame.rev;
    this.on.changed(frame);
    if (++this.unconfirmed >= CONFIRM) this.confirm();
  }

  confirm() {
    this.unconfirmed = 0;
    this.say({ t: "pong", rev: this.rev });
  }

  say(what) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(what));
  }

  closed(code = 1006) {
    this.socket = null;
    if (FINAL.includes(code)) {
      this.refused = true;
      clearTimeout(this.losing);
      this.on.state("refused", code);
      return this.poll();
    }
    this.lose();
    const wait = code === 4408 ? 0 : code === 4429 ? 60_000 : AGAIN[Math.min(this.failures++, AGAIN.length - 1)];
    this.again(wait * (0.5 + Math.random()));
  }

  /** Said only after a while: most lines come back before anybody notices. */
  lose(state = "lost") {
    this.isUp = false;
    if (state === "offline" && !this.refused) this.on.state(state);
    this.losing ||= setTimeout(() => {
      if (!this.refused) this.on.state(navigator.onLine ? "lost" : "offline");
      this.wasLost = true;
      this.poll();
    }, LOST);
  }

  restore() {
    clearTimeout(this.losing);
    clearTimeout(this.polling);
    this.losing = this.polling = 0;
    this.failures = 0;
    this.isUp = true;
    this.on.state(this.wasLost ? "restored" : "live");
    this.wasLost = false;
  }

  /** Ask for what is new, now and every twenty seconds, until a socket is there again. */
  async poll() {
    clearTimeout(this.polling);
    if (this.isUp) return;
    try {
      const answer = await fetch(`${this.address}thread/?after=${this.rev}`, { headers: { "HX-Request": "true" } });
      if (answer.status === 200 && !this.isUp) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const changes = page.getElementById("changes");
        const before = this.rev;
        this.rev = Math.max(this.rev, Number(changes.dataset.rev));
        this.on.polled(changes, before);
      }
    } catch {
      // No line at all: the next time.
    }
    if (!this.isUp) this.polling = setTimeout(() => this.poll(), POLL * (0.75 + Math.random() / 2));
  }
}

const words = JSON.parse(document.getElementById("live-words").dataset.words);
const list = document.querySelector("[data-live]");
const title = document.title;
const [state, bar, typing, here] = ["line-state", "newbar", "typing", "here"].map((id) => document.getElementById(id));
const address = list.dataset.urls;
const plural = new Intl.PluralRules(document.documentElement.lang);
const announcer = document.getElementById("announce");
let told = 0; // new messages that were not announced yet
let announcing = 0;
let announcedAt = 0;
let renewing = 0;
let since = Infinity;
let typed = 0;
let hiding = 0;
let stating = 0;

const thread = new Thread(list, words);
const composer = await composing();
const line = new Line(list.dataset.live, address, Number(list.dataset.rev), {
  changed: (frame) => {
    if (frame.t === "head") head(frame.rev - 1);
    else came(frame.html);
  },
  polled: (changes, before) => {
    if (changes.querySelector("#head-changed")) head(before);
    for (const message of changes.querySelectorAll(".message")) came(message.outerHTML);
  },
  said: (frame) => {
    if (frame.t === "typing") writing(frame.who);
    if (frame.t === "here") present(frame);
  },
  state: say,
});

bar.querySelector("button").addEventListener("click", () => {
  thread.show();
  shown();
});
addEventListener("scroll", () => thread.waiting && mayAppend() && flush(), { passive: true });
if (document.getElementById("line-words")) import("./seen.js").then(({ watchSeen }) => watchSeen(list, address, composer, words, announce));

/** Only those who may write pay for the part that writes. */
async function composing() {
  if (!document.querySelector("form[data-post]")) return { isBusy: () => false, renew: () => {} };
  const { Composer } = await import("./composer.js");
  return new Composer(address, words, { posted, typing: () => line.say({ t: "typing" }) });
}

function posted(html, rev, seq) {
  thread.put(html, true);
  thread.flush();
  if (!document.getElementById(`m${seq}`)) return location.assign(`${address}m/${seq}/`); // on the last page of the thread
  announce(words.posted);
  shown();
  if (rev === line.rev + 1) line.rev = rev; // else it comes by the line too, and finds itself there
}

function came(html) {
  if (thread.put(html)) {
    told += 1;
    typing.textContent = ""; // what was being written, mostly
  }
  if (thread.waiting && mayAppend()) flush();
  else shown();
  if (told) announceLater();
}

function flush() {
  thread.flush();
  shown();
}

/** At the end of the discussion, with nothing begun: then the discussion goes on by itself. */
function mayAppend() {
  return !document.hidden && !composer.isBusy() && thread.isAtEnd();
}

function shown() {
  const n = thread.newMessages;
  bar.hidden = !n;
  if (n) bar.querySelector("button").textContent = counted(words.show, n);
  document.title = n ? `(${n}) ${title}` : title;
}

function counted(forms, n) {
  const form = { one: 0, few: 1, many: 2 }[plural.select(n)] ?? (document.documentElement.lang === "ru" ? 2 : 1);
  return forms[form].replace("{n}", n);
}

function announce(what) {
  announcer.textContent = "";
  setTimeout(() => (announcer.textContent = what), 50);
}

/** At most once in five seconds, all together. */
function announceLater() {
  announcing ||= setTimeout(() => {
    announcing = 0;
    announcedAt = Date.now();
    announce(counted(words.news, told));
    told = 0;
  }, Math.max(1000, announcedAt + 5000 - Date.now()));
}

/** Several changes in a row are one look; those of a whole room are spread over a second. */
function head(after) {
  since = Math.min(since, after);
  clearTimeout(renewing);
  renewing = setTimeout(async () => {
    const after = since;
    since = Infinity;
    const found = await renewHead(`${address}head/?after=${after}`).catch(() => null);
    if (!found) {
      since = Math.min(since, after);
      renewing = setTimeout(() => head(after), 5000);
      return;
    }
    found.lines.forEach((each) => thread.putEvent(each));
    if (thread.waiting && mayAppend()) flush();
    if (found.said) announce(`${words.statusChanged} ${found.said}`);
    if (found.closed) composer.renew();
  }, 200 + Math.random() * 800);
}

function writing(who) {
  typing.textContent = words.typing[who] ?? "";
  clearTimeout(typed);
  typed = setTimeout(() => (typing.textContent = ""), 6000);
}

function present(frame) {
  if (!here) return;
  const sides = Object.entries(words.sides).filter(([side]) => frame[side]);
  here.textContent = `${words.here} ${sides.map(([side, name]) => `${name} – ${frame[side]}`).join(", ")}`;
  here.hidden = !sides.length;
}

function say(name, code) {
  clearTimeout(stating);
  state.replaceChildren();
  if (name === "lost") state.textContent = words.lost;
  if (name === "offline") state.textContent = words.offline;
  if (name === "refused") {
    state.textContent = `${words.refused} `;
    if (code === 4401) {
      const link = document.createElement("a");
      link.href = words.signInUrl;
      link.textContent = words.signIn;
      state.append(link);
    }
  }
  if (name === "restored") {
    clearTimeout(hiding);
    stating = setTimeout(() => {
      const n = thread.newMessages;
      state.textContent = n ? `${words.restored} ${counted(words.news, n)}` : words.restored;
      hiding = setTimeout(() => state.replaceChildren(), 5000);
    }, 500);
  }
}
