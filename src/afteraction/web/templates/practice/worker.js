"use strict";
// Answers for the server below /practice/ while it cannot be reached: the page of the session and what it is made of.
// Cards and answers are none of its business; they lie in the device's own store.
const CACHE = "practice-{{ version }}", PAGE = "{% url "practice-session" %}", PATIENCE = 4000;
const ASSETS = [{% for asset in assets %}"{{ asset|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

const keepPage = async () => {
  const page = await fetch(PAGE, { cache: "no-store" });
  // Signed out: the sign-in page is not the page of a session.
  if (!page.ok || page.redirected) throw new Error("no session");
  await (await caches.open(CACHE)).put(PAGE, page);
};
addEventListener("install", event => event.waitUntil((async () => {
  await (await caches.open(CACHE)).addAll(ASSETS);
  await keepPage();
  await skipWaiting();
})()));
addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("practice-") && name !== CACHE) await caches.delete(name);
  await clients.claim();
})()));

const page = async (request, path) => {
  const limit = new AbortController(), timer = setTimeout(() => limit.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: limit.signal });
    if (answer.type === "opaqueredirect") await caches.delete(CACHE);
    else if (answer.ok && path === PAGE) await (await caches.open(CACHE)).put(PAGE, answer.clone());
    return answer;
  } catch (error) {
    // Whatever of practice was asked for: without a connection there is the session.
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};
const asset = async request => await caches.match(request, { ignoreVary: true }) ?? fetch(request);

addEventListener("fetch", event => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (ASSETS.includes(pathname)) event.respondWith(asset(request));
});
