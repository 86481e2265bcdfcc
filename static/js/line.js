// The line to an issue's room: a socket that resumes where it stood, and a page that is asked where there is no socket.
//
// `rev` is the last change that this page has. Changes are handed over in order, each once; the database has the rest.

const AGAIN = [500, 1000, 2000, 4000, 8000, 15_000]; // ms until the next attempt
const LOST = 4000; // ms without a line before anybody is told
const SILENCE = 25_000; // the server says something every ten seconds
const POLL = 20_000;
const CONFIRM = 32; // frames
const FINAL = [4401, 4403, 4404]; // signed out, not allowed, not there: nothing to try again

export class Line {
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
