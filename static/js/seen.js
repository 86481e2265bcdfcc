// What this person has read: a message half in sight for a second, in a window that is looked at, while nothing is written.

const FOR = 1000; // ms
const TOLD_AFTER = 1500;

/** `announce(words)`: said to who cannot see. */
export function watchSeen(list, address, composer, words, announce) {
  const token = document.querySelector('input[name="csrfmiddlewaretoken"]')?.value;
  let seen = Number(list.dataset.seen);
  let told = seen;
  let timer = 0;
  let stopped = false;
  document.addEventListener("click", unread);
  if (!("seen" in list.dataset)) return; // of a part of the thread nobody has read the rest
  const inSight = new Map();
  const observer = new IntersectionObserver((entries) => entries.forEach(looked), { threshold: 0.5 });
  for (const message of list.querySelectorAll(".message")) observer.observe(message);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((each) => [...each.addedNodes])) if (node.matches?.(".message")) observer.observe(node);
  }).observe(list, { childList: true, subtree: true });

  function looked({ target, isIntersecting }) {
    clearTimeout(inSight.get(target));
    inSight.delete(target);
    if (isIntersecting && Number(target.id.slice(1)) > seen) inSight.set(target, setTimeout(() => read(target), FOR));
  }

  function read(message) {
    if (stopped) return;
    if (!document.hasFocus() || document.hidden || composer.isBusy()) {
      inSight.set(message, setTimeout(() => read(message), FOR));
      return;
    }
    inSight.delete(message);
    seen = Math.max(seen, Number(message.id.slice(1)));
    timer ||= setTimeout(tell, TOLD_AFTER);
  }

  function tell() {
    timer = 0;
    if (seen === told || !token || stopped) return;
    told = seen;
    const body = new URLSearchParams({ seq: seen, csrfmiddlewaretoken: token });
    fetch(`${address}seen/`, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true }).catch(() => (told = 0));
  }

  /** "Mark unread from here": then nothing more on this page is taken for read. Where it fails the form goes as it is. */
  async function unread(event) {
    const button = event.target.closest?.('button[form="mark-unread"]');
    if (!button) return;
    event.preventDefault();
    stopped = true;
    const body = new URLSearchParams({ from: button.value, csrfmiddlewaretoken: token });
    const answer = await fetch(`${address}seen/`, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return button.form.requestSubmit(button);
    document.getElementById("unread")?.remove();
    const line = document.createElement("li");
    Object.assign(line, { id: "unread", className: "unread-line", textContent: words.unread });
    document.getElementById(`m${button.value}`).before(line);
    button.closest("details").open = false;
    button.closest("details").querySelector("summary").focus({ preventScroll: true });
    announce(words.unreadFrom.replace("{n}", button.value));
  }
}
