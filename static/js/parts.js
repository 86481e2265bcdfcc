// What the room renews on the page: the messages and the head. New messages wait until they are asked for, or until they can be
// added without moving anything.
//
// Of a part of the thread (`data-show`) what the part leaves out is counted and not shown; one's own message always is.

const PARTS = ["issue-head", "issue-state", "issue-about"];

export class Thread {
  constructor(list, words) {
    Object.assign(this, { list, words });
    this.waitingItems = [];
    this.part = list.dataset.show ?? "";
    this.isFlat = this.part === "official"; // replies stand for themselves
  }

  get waiting() {
    return this.waitingItems.length;
  }

  get newMessages() {
    return this.waitingItems.filter((each) => each.classList.contains("message") && !each.own).length;
  }

  /** A message as it is now. True if it is a new one of somebody else. */
  put(html, own = false) {
    const item = parsed(html);
    if (!item) return false;
    const there = document.getElementById(item.id);
    if (there) {
      if (Number(item.dataset.rev) > Number(there.dataset.rev)) replace(there, item);
      const now = document.getElementById(item.id); // one's own may come by the line before the answer does
      if (own || hasWords(now) !== hasWords(there) || this.namesMe(now) !== this.namesMe(there)) this.control(now, own);
      return false;
    }
    const at = this.waitingItems.findIndex((each) => each.id === item.id);
    if (at >= 0) {
      item.own = own || this.waitingItems[at].own;
      this.waitingItems[at] = item;
      return false;
    }
    this.count(item);
    if (!this.isHere(item) || (!own && this.isFlat && !item.matches(".message-state"))) return false;
    item.own = own;
    this.waitingItems.push(item);
    return !own && Boolean(item.querySelector(".prose"));
  }

  /** The line of a move. */
  putEvent(item) {
    const known = document.getElementById(item.id) || this.waitingItems.some((each) => each.id === item.id);
    if (!known && this.part !== "messages" && !("newer" in this.list.dataset)) this.waitingItems.push(item);
  }

  /** Whether this page of the thread is where it belongs: an older page gets the replies to what it shows. */
  isHere(item) {
    const parent = this.parentOf(item);
    return parent ? Boolean(document.getElementById(parent) || this.waitingItems.some((each) => each.id === parent)) : !("newer" in this.list.dataset);
  }

  /** The id of the message that it stands under. */
  parentOf(item) {
    return this.isFlat ? undefined : item.dataset.parent;
  }

  count(item) {
    const seq = Number(item.id.slice(1));
    const shown = document.getElementById("message-count");
    if (shown && seq > Number(shown.textContent.replace(/\D/g, ""))) {
      shown.textContent = new Intl.NumberFormat(document.documentElement.lang).format(seq);
    }
  }

  /** What waits takes its place. The first new message, or undefined. */
  flush() {
    const items = this.waitingItems;
    this.waitingItems = [];
    if (items.some((each) => each.matches(".message"))) document.getElementById("no-messages")?.remove();
    for (const item of items) this.place(item);
    return items.find((each) => each.classList.contains("message") && !each.own);
  }

  /** Asked for: behind the line that says from where on they are new, and read from the first. */
  show() {
    const first = this.flush();
    if (!first) return;
    if (!this.parentOf(first)) {
      document.getElementById("unread")?.remove();
      const line = document.createElement("li");
      Object.assign(line, { id: "unread", className: "unread-line", textContent: this.words.unread });
      (first.previousElementSibling?.matches(".answers") ? first.previousElementSibling : first).before(line);
    }
    first.tabIndex = -1;
    first.focus();
  }

  place(item) {
    const parent = document.getElementById(this.parentOf(item));
    if (!parent && this.isFlat && item.dataset.parent) this.list.append(this.answers(item.dataset.parent.slice(1)));
    (parent ? this.replies(parent) : this.list).append(item);
    if (item.matches(".message")) this.control(item, item.own);
  }

  /** What this person may do with it stands behind it, and is the page's own (D4); a message can be edited for a while. */
  control(item, own) {
    while (item.nextElementSibling?.matches(".controls, .moderation")) item.nextElementSibling.remove();
    if (!hasWords(item)) return;
    const isOwn = own || this.isOwn(item);
    this.offer(item, "moderation", document.getElementById("moderator-controls"));
    const line = this.offer(item, "controls", document.getElementById(isOwn ? "own-controls" : "others-controls"));
    if (this.namesMe(item)) this.offer(item, "controls mentioned", document.getElementById("mentioned-note"));
    if (line && isOwn) setTimeout(() => line.remove(), document.getElementById("own-controls").dataset.seconds * 1000);
  }

  /** A line behind it, made of what the page holds for number 0. */
  offer(item, name, template) {
    if (!template?.innerHTML) return undefined;
    const [line, seq] = [document.createElement("li"), item.id.slice(1)];
    line.className = name;
    line.innerHTML = template.innerHTML.replaceAll("/m/0/", `/m/${seq}/`).replaceAll("#0", `#${seq}`);
    for (const each of line.querySelectorAll("button[value]")) each.value = seq;
    item.after(line);
    return line;
  }

  /** Whether it is signed as this person signs: it may come from another window of theirs. */
  isOwn(item) {
    const head = item.querySelector(".message-head").textContent.replaceAll("\u00a0", " ");
    return Boolean(this.words.me) && head.startsWith(`${this.words.me} · `);
  }

  /** Whether it names this person. */
  namesMe(item) {
    return Boolean(this.words.who && item.querySelector(`[data-who~="${this.words.who}"]`));
  }

  /** The line over a reply that stands for itself. */
  answers(seq) {
    const [line, link] = [document.createElement("li"), document.createElement("a")];
    line.className = "answers meta";
    link.href = `${this.list.dataset.urls}m/${seq}/`;
    link.textContent = this.words.replyTo.replace("{n}", seq);
    line.append(link);
    return line;
  }

  replies(parent) {
    const seq = parent.id.slice(1);
    const there = document.getElementById(`replies-${seq}`);
    if (there) return there;
    const [box, list] = [document.createElement("li"), document.createElement("ol")];
    box.className = "replies";
    list.id = `replies-${seq}`;
    list.setAttribute("aria-label", this.words.replies.replace("{n}", seq));
    box.append(list);
    let last = parent;
    while (last.nextElementSibling?.matches(".moderation, .controls")) last = last.nextElementSibling;
    last.after(box);
    return list;
  }

  /** Whether the end of the thread is in sight, and all that waits would come there. */
  isAtEnd() {
    const end = this.list.getBoundingClientRect().bottom;
    if (end < 0 || end > innerHeight + 1) return false;
    const last = [...this.list.children].findLast((each) => each.matches(".message"));
    return this.waitingItems.every((each) => {
      const parent = this.parentOf(each);
      return !parent || parent === last?.id || this.waitingItems.some((other) => other.id === parent);
    });
  }
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Not so what was removed. */
function hasWords(message) {
  return Boolean(message.querySelector(".prose"));
}

/** In place; where the focus stood in the old one it stands in the new one. */
function replace(old, item) {
  const links = [...old.querySelectorAll("a, button")];
  const at = links.indexOf(document.activeElement);
  const had = old === document.activeElement || at >= 0;
  old.replaceWith(item);
  if (!had) return;
  const next = item.querySelectorAll("a, button")[at] ?? item;
  if (next === item) item.tabIndex = -1;
  next.focus({ preventScroll: true });
}

/** The head, renewed part by part: what did not change stays as it is, opened and focused.
 *
 * `lines`: the moves, for the thread; `said`: the status, if it is another one; `closed`: whether writing may have ended. */
export async function renewHead(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const head = page.getElementById("head");
  const before = document.querySelector("#issue-head .tag")?.textContent.trim();
  for (const id of PARTS) renew(document.getElementById(id), page.getElementById(id));
  const now = document.querySelector("#issue-head .tag")?.textContent.trim();
  const moved = before !== now;
  return { lines: [...page.querySelectorAll("#head-lines > li")], said: moved ? head.dataset.status + ". " + head.dataset.sentence : "", closed: moved };
}

function renew(old, fresh) {
  if (!old || !fresh || signature(old) === signature(fresh)) return;
  const kept = new Map([...old.children].map((each) => [signature(each), each]));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && (focused.id || focused.getAttribute("href") || focused.textContent);
  const next = [...fresh.children].map((each) => {
    const same = kept.get(signature(each));
    if (!same) each.classList.add("is-changed");
    return same ?? document.importNode(each, true);
  });
  old.replaceChildren(...next);
  if (focused && !focused.isConnected) {
    const again = [...old.querySelectorAll("a, button, summary, [tabindex]")].find(
      (each) => (each.id || each.getAttribute("href") || each.textContent) === key,
    );
    const stand = again ?? old.querySelector("h1, h2");
    if (stand && !again) stand.tabIndex = -1;
    stand?.focus({ preventScroll: true });
  }
}

/** What a person would notice: words and where links lead. */
function signature(part) {
  const links = [...part.querySelectorAll("a[href]")].map((each) => each.getAttribute("href"));
  return `${part.localName} ${part.textContent.replace(/\s+/g, " ").trim()} ${links.join(" ")}`;
}
