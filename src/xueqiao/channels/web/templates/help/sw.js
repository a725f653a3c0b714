// Service worker of Xueqiao: the shell and my own timetable stay readable without a network. Nothing else is kept.
"use strict";
const SHELL = "shell-{{ version }}";
const MINE = "mine";
const SHELL_FILES = [{% for file in shell %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const KEPT = [/^\/rounds\/kit\/$/, /^\/mine\/$/, /^\/mine\/passport\/$/, /^\/enrol\/place\/[^/]+\/slip\/$/];
const LEAVES = [/^\/sign-out\//, /^\/sign-in\//, /^\/enter\//];
const WAIT_MS = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll(SHELL_FILES);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name !== SHELL && name !== MINE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

// The network, for WAIT_MS: for a page of which there is a kept copy to show instead.
async function soon(request) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT_MS);
  try {
    return await fetch(request, { signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}

async function page(request, url) {
  const mine = KEPT.some((pattern) => pattern.test(url.pathname)) ? await caches.open(MINE) : null;
  const kept = mine && await mine.match(url.pathname);
  try {
    // Without a copy to show, a slow page is waited for: "no network" would be untrue, and on a slow line she would
    // never see the page.
    const answer = await (kept ? soon(request) : fetch(request));
    if (mine && answer.ok && !answer.redirected) await mine.put(url.pathname, answer.clone());
    return answer;
  } catch (reason) {
    if (kept) return kept;
    const shell = await caches.open(SHELL);
    return (await shell.match("/offline/")) || Response.error();
  }
}

// Shell files: the kept copy at once, a fresh one fetched behind it for the next page.
async function file(request, event) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request, { ignoreSearch: true });
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return kept;
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  // Whoever signs in or out on this device must not meet the other's timetable.
  if (LEAVES.some((pattern) => pattern.test(url.pathname))) {
    event.waitUntil(caches.delete(MINE));
    return;
  }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(page(request, url));
  } else if (SHELL_FILES.includes(url.pathname)) {
    event.respondWith(file(request, event));
  }
});
