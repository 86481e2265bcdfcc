// What this person has read: a message half in sight for a second, in a window that is looked at, while nothing is written.

const FOR = 1000; // ms
const TOLD_AFTER = 1500;

export function watchSeen(list, address, composer) {
  if (!("seen" in list.dataset)) return;
  const token = document.querySelector('input[name="csrfmiddlewaretoken"]')?.value;
  let seen = Number(list.dataset.seen);
  let told = seen;
  let timer = 0;
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
    if (seen === told || !token) return;
    told = seen;
    const body = new URLSearchParams({ seq: seen, csrfmiddlewaretoken: token });
    fetch(`${address}seen/`, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true }).catch(() => (told = 0));
  }
}
