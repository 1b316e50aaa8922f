// A screen that nobody touches: it fetches itself, shows the next entries, and keeps what it has while the network is gone.
"use strict";
(() => {
  const seconds = Number(document.body.dataset.seconds) || 60;
  const refresh = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.status >= 500 || answer.status === 429 || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("screen");
      if (fresh) document.getElementById("screen").replaceWith(fresh);
    } catch {
      // The network is gone: "As of" says since when; the next turn tries again.
    }
  };
  setInterval(refresh, seconds * 1000);
})();
