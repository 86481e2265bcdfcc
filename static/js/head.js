// The head of an issue's page, renewed part by part: what did not change stays as it is, opened and focused.

const PARTS = ["issue-head", "issue-state", "issue-about"];

/** `lines`: the moves, for the thread; `said`: the status, if it is another one; `closed`: whether writing may have ended. */
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
