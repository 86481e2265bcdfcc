// The room of an issue: what others do appears, and nothing that they do moves what this person reads, writes or points at.

import { Line } from "./line.js";
import { Thread, renewHead } from "./parts.js";

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
