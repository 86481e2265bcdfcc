// "5 issues changed. Show": asked once a minute, while the page is looked at. Nothing on the page moves by itself.

const EVERY = 60_000;
const announcer = document.getElementById("announce");
let askedAt = -Infinity;

ask();
setInterval(ask, 5_000);
document.addEventListener("visibilitychange", ask);

async function ask() {
  const bar = document.querySelector("[data-news]"); // another one once the filters have changed
  if (!bar || document.hidden || Date.now() - askedAt < EVERY) return;
  askedAt = Date.now();
  try {
    const answer = await fetch(bar.dataset.news, { headers: { "HX-Request": "true" } });
    const html = answer.ok ? (await answer.text()).trim() : "";
    const page = new DOMParser().parseFromString(html, "text/html");
    const link = page.querySelector("a");
    if (!link || !bar.isConnected || link.textContent === bar.textContent) return;
    if (bar.contains(document.activeElement)) bar.firstElementChild.textContent = link.textContent;
    else bar.replaceChildren(document.importNode(link, true));
    bar.hidden = false;
    announcer.textContent = link.textContent;
  } catch {
    // No connection: the next time.
  }
}
