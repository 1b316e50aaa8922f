"use strict";
// What practice keeps on this device, and how it leaves again. Loaded with every page: answers given without a
// connection are sent from whichever page is opened first, signing out clears all of it, and whoever signs in next
// finds nothing of the one before.
(() => {
  const MARK = "practice-person", CACHES = "practice-", RETRY = [2000, 5000, 15000, 60000];
  const person = document.currentScript.dataset.person || "";
  let opened = null, tries = 0, timer = null;

  const wait = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const finished = change => new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = change.onerror = () => reject(change.error);
  });

  const open = () => opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("practice", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("cards", { keyPath: "card" });
      request.result.createObjectStore("answers", { keyPath: "key" });
      request.result.createObjectStore("about", { keyPath: "name" });
    };
    request.onsuccess = () => {
      // Another tab that signs out deletes the store: this one lets go of it.
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      resolve(request.result);
    };
    request.onerror = () => { opened = null; reject(request.error); };
  });
  const all = async name => wait((await open()).transaction(name).objectStore(name).getAll());
  const about = async name => (await wait((await open()).transaction("about").objectStore("about").get(name)))?.value;

  // All or nothing: cards, and whose they are.
  const keep = async (cards, values) => {
    const change = (await open()).transaction(["cards", "about"], "readwrite");
    change.objectStore("cards").clear();
    for (const card of cards) change.objectStore("cards").put(card);
    for (const [name, value] of Object.entries(values)) change.objectStore("about").put({ name, value });
    localStorage.setItem(MARK, person);
    return finished(change);
  };
  // The answer and what becomes of its card are one change: a page that dies between loses neither.
  const answer = async (given, card) => {
    const change = (await open()).transaction(["cards", "answers"], "readwrite");
    change.objectStore("answers").put(given);
    change.objectStore("cards").put(card);
    localStorage.setItem(MARK, person);
    return finished(change);
  };

  const clear = async () => {
    localStorage.removeItem(MARK);
    if (opened) (await opened.catch(() => null))?.close();
    opened = null;
    await new Promise(resolve => {
      const request = indexedDB.deleteDatabase("practice");
      request.onsuccess = request.onerror = request.onblocked = resolve;
    });
    await forgetPages();
    const workers = await navigator.serviceWorker?.getRegistrations() ?? [];
    await Promise.all(workers.filter(each => new URL(each.scope).pathname === "/practice/").map(each => each.unregister()));
  };
  const forgetPages = async () => {
    if (!("caches" in self)) return;
    for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
  };
  // The session on the server is over: what could be read goes; answers stay, as ids and ratings, until they are sent.
  const signedOut = async () => {
    const change = (await open()).transaction("cards", "readwrite");
    change.objectStore("cards").clear();
    await finished(change);
    await forgetPages();
    tell({ signedOut: true });
  };
  const tell = detail => dispatchEvent(new CustomEvent("practice-sent", { detail }));
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

  const sendAll = async () => {
    const waiting = await all("answers");
    if (!waiting.length) return tell({ waiting: 0 });
    const part = waiting.slice(0, 200);
    let answer;
    try {
      answer = await fetch("/practice/answers/", {
        method: "POST", redirect: "manual", headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ sent_at: new Date().toISOString(), answers: part }),
      });
    } catch {
      tell({ waiting: waiting.length });
      return later();
    }
    if (answer.type === "opaqueredirect") return signedOut();
    if (!answer.ok) { tell({ waiting: waiting.length }); return later(); }
    const { kept, refused } = await answer.json();
    const change = (await open()).transaction("answers", "readwrite");
    for (const key of [...kept, ...Object.keys(refused)]) change.objectStore("answers").delete(key);
    await finished(change);
    tries = 0;
    return sendAll();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, RETRY[Math.min(tries++, RETRY.length - 1)]);
  };
  // One page sends at a time; the keys of answers make it safe even where it is not so.
  const send = async () => {
    if (localStorage.getItem(MARK) !== person) return;
    if (navigator.locks) await navigator.locks.request("practice-send", sendAll);
    else await sendAll();
  };

  const start = async () => {
    const before = localStorage.getItem(MARK);
    if (before === null || !person) return;
    if (before !== person) return clear();
    await send();
  };
  addEventListener("online", () => { tries = 0; send(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); });

  // Signing out sends what waits, then clears the device; what cannot be sent is lost only to whoever says so.
  const leave = async form => {
    const limit = new Promise(resolve => setTimeout(resolve, 4000));
    await Promise.race([send().catch(() => {}), limit]);
    const waiting = (await all("answers").catch(() => [])).length;
    if (waiting && !confirm(`${waiting} answer${waiting === 1 ? " has" : "s have"} not been sent yet. Sign out and lose ${waiting === 1 ? "it" : "them"}?`)) {
      delete form.dataset.sent;
      return;
    }
    await Promise.race([clear(), new Promise(resolve => setTimeout(resolve, 4000))]);
    form.submit();
  };
  document.addEventListener("submit", event => {
    const form = event.target;
    if (!form.action.endsWith("/accounts/logout/") || localStorage.getItem(MARK) === null) return;
    event.preventDefault();
    leave(form);
  }, true);

  self.practiceDevice = { person, all, about, keep, answer, send, clear, signedOut, ready: start().catch(() => {}) };
})();
