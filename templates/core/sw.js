{% autoescape off %}// Shows a page of its own where a page cannot be reached. It keeps that page, the style and the letters; no page of anybody.
const KEPT = "birge-{{ version }}";
const PAGES = {{ pages }};
const SHELL = {{ shell }};

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => offlinePage(request)));
  else if (request.method === "GET" && SHELL.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request.url)) ?? Response.error()));
  }
});

/** Without cookies: what is kept is what a visitor sees. */
async function keep() {
  const cache = await caches.open(KEPT);
  const wanted = [...Object.values(PAGES), ...SHELL];
  await cache.addAll(wanted.map((url) => new Request(url, { credentials: "omit", cache: "no-cache" })));
  await skipWaiting();
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("birge-") && name !== KEPT).map((name) => caches.delete(name)));
}

async function offlinePage(request) {
  const language = new URL(request.url).pathname.split("/")[1];
  return (await caches.match(PAGES[language] ?? PAGES["{{ default }}"])) ?? Response.error();
}
{% endautoescape %}
