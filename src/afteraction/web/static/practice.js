"use strict";
// A session: one card after another, by thumb or by keys. Cards come from this device; the server is asked for newer ones
// when it can be reached, and told the answers when it can be.
(() => {
  const device = self.practiceDevice, root = document.querySelector("[data-practice]");
  const part = name => root.querySelector(`[data-part=${name}]`);
  const SAY = { recall: "Recall", choose: "Choose", order: "Put in order", ask: "What would you ask?" };
  let cards = [], now = null, shownAt = 0, spent = 0, answered = 0, seconds = 0;

  const fresh = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g,
    digit => (digit ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> digit / 4).toString(16));
  const make = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const button = (text, key, act, className) => {
    const made = make("button", "", `practice-button ${className ?? ""}`);
    made.type = "button";
    made.append(make("span", text));
    if (key) {
      made.dataset.key = key;
      const hint = make("kbd", key === " " ? "space" : key);
      hint.setAttribute("aria-hidden", "true");
      made.append(hint);
    }
    made.addEventListener("click", act);
    return made;
  };
  const shuffled = places => {
    for (let last = places.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [places[last], places[other]] = [places[other], places[last]];
    }
    return places;
  };

  // The time that a page is hidden is not thinking.
  const watch = () => { spent = 0; shownAt = performance.now(); };
  const thought = () => (spent + (document.hidden ? 0 : performance.now() - shownAt)) / 1000;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) spent += performance.now() - shownAt;
    else shownAt = performance.now();
  });

  const tally = () => {
    const done = cards.filter(card => card.state === "done").length;
    part("progress").max = Math.max(cards.length, 1);
    part("progress").value = done;
    part("count").textContent = cards.length ? `${done} of ${cards.length}` : "";
  };
  const actions = (...buttons) => part("actions").replaceChildren(...buttons);
  const next = () => {
    tally();
    now = cards.find(card => card.state === "waiting") ?? cards.find(card => card.state === "again") ?? null;
    if (!now) return end();
    const { content, kind } = now;
    part("card").hidden = false;
    part("end").hidden = true;
    part("topic").textContent = content.topic;
    part("kind").textContent = now.state === "again" ? "Once more" : now.new ? `New · ${SAY[kind]}` : SAY[kind];
    part("question").textContent = content.question;
    part("answer").replaceChildren();
    watch();
    ({ recall, choose, order, ask: recall })[kind]();
    part("question").focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const recall = () => actions(button("Show the answer", " ", () => {
    const took = thought();
    reveal("");
    actions(
      button("Forgot", "1", () => rate(1, took), "poor"), button("Hard", "2", () => rate(2, took)),
      button("Good", "3", () => rate(3, took), "good"), button("Easy", "4", () => rate(4, took)),
    );
  }, "wide"));
  const rate = async (rating, took) => { await give({ rating, seconds: took }, rating === 1); next(); };

  const choose = () => {
    const places = shuffled(now.content.options.map((_option, place) => place));
    const pick = async place => {
      const took = thought(), right = now.content.options[place] === now.content.answer;
      for (const each of part("answer").children) {
        const option = now.content.options[Number(each.dataset.place)];
        each.disabled = true;
        if (option === now.content.answer) each.classList.add("right");
        else if (Number(each.dataset.place) === place) each.classList.add("wrong");
      }
      reveal(right ? "Right." : "Not this time.", right);
      await give({ picked: now.content.options[place], seconds: took }, !right);
      onward();
    };
    actions();
    part("answer").replaceChildren(...places.map((place, number) => {
      const made = button(now.content.options[place], String(number + 1), () => pick(place), "option");
      made.dataset.place = place;
      return made;
    }));
  };

  const order = () => {
    const taken = [], places = shuffled(now.content.items.map((_item, place) => place));
    // Mixed, never right already.
    if (places.every((place, number) => place === number)) places.reverse();
    const buttons = places.map((place, number) => {
      const made = button(now.content.items[place], String(number + 1), () => {
        if (made.disabled) return;
        taken.push(place);
        made.disabled = true;
        made.prepend(make("b", String(taken.length)));
        if (taken.length === places.length) check();
      }, "option");
      return made;
    });
    const undo = button("Start over", "0", () => order(), "quiet");
    actions(undo);
    part("answer").replaceChildren(...buttons);
    const check = async () => {
      const took = thought(), right = taken.every((place, number) => place === number);
      const list = make("ol", "", "practice-order");
      list.append(...now.content.items.map(item => make("li", item)));
      part("answer").replaceChildren(list);
      reveal(right ? "Right." : "Not quite. This is the order:", right);
      await give({ chosen: taken, seconds: took }, !right);
      onward();
    };
  };

  const reveal = (verdict, right) => {
    const { answer, why, link } = now.content, shown = make("div", "", "practice-told");
    if (verdict) shown.append(make("p", verdict, right ? "verdict right" : "verdict wrong"));
    if (now.kind === "recall" || now.kind === "ask") shown.append(make("p", answer, "solution"));
    if (why) shown.append(make("p", why, "why"));
    if (link) {
      const source = make("a", "Where this comes from", "source");
      source.href = link;
      shown.append(source);
    }
    if (now.kind === "recall" || now.kind === "ask") part("answer").replaceChildren(shown);
    else part("answer").prepend(shown);
    part("said").textContent = verdict || "The answer is shown.";
  };
  const onward = () => {
    const made = button("Next", " ", next, "wide good");
    actions(made);
    made.focus({ preventScroll: true });
  };

  const give = async (said, again) => {
    // A card that was not known comes once more in this session, and is then left to its schedule.
    const state = again && now.state === "waiting" ? "again" : "done";
    const given = { key: fresh(), card: now.card, edition: now.edition, at: new Date().toISOString(), ...said };
    now.state = state;
    answered += 1;
    seconds += said.seconds;
    await device.answer(given, now);
    device.send();
  };

  const end = () => {
    part("card").hidden = true;
    part("end").hidden = false;
    actions();
    const minutes = Math.floor(seconds / 60), rest = Math.round(seconds % 60);
    const time = minutes ? `${minutes} min ${rest} s` : `${rest} s`;
    part("result").textContent = answered ? `${answered} answer${answered === 1 ? "" : "s"} in ${time}.`
      : navigator.onLine ? "Nothing is due now." : "Nothing is left on this device. New cards come with the connection.";
    part("end-title").focus({ preventScroll: true });
  };
  const connection = async () => {
    const waiting = (await device.all("answers")).length;
    part("offline").hidden = navigator.onLine && !waiting;
    part("offline-text").textContent = navigator.onLine ? `Sending ${waiting} answer${waiting === 1 ? "" : "s"}…`
      : `No connection. Go on: ${waiting ? `${waiting} answer${waiting === 1 ? " waits" : "s wait"} on this device` : "answers are kept on this device"}.`;
    root.dataset.waiting = String(waiting);
  };
  addEventListener("online", connection);
  addEventListener("offline", connection);
  addEventListener("practice-sent", event => {
    if (event.detail.signedOut) { part("signed-out").hidden = false; cards = []; part("card").hidden = true; actions(); }
    connection();
  });

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("a, input, textarea")) return;
    const found = root.querySelector(`button[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
    if (!found) return;
    event.preventDefault();
    found.click();
  });

  const load = async () => {
    await device.ready;
    if ((await device.about("person") ?? device.person) !== device.person) await device.clear();
    await device.send().catch(() => {});
    let given = null;
    try {
      const answer = await fetch("/practice/cards/", { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") return device.signedOut();
      if (answer.ok) given = await answer.json();
    } catch { /* no connection: what is on the device is what there is */ }
    const before = await device.all("cards");
    if (given) {
      const unsent = new Set((await device.all("answers")).map(each => each.card));
      const today = new Date(given.given_at).toDateString();
      const same = await device.about("day") === today;
      // What was done or is to come once more today stays so, whatever the server would have next.
      const old = same ? before.filter(card => card.state !== "waiting") : [];
      const known = new Set(old.map(card => card.card));
      const new_ = given.cards.filter(card => !known.has(card.card) && !unsent.has(card.card));
      cards = [...old, ...new_.map((card, place) => ({ ...card, place: old.length + place, state: "waiting" }))];
      await device.keep(cards, { person: device.person, day: today });
    } else {
      cards = before.sort((a, b) => a.place - b.place);
    }
    part("loading").hidden = true;
    await connection();
    next();
  };

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/practice/worker.js", { scope: "/practice/" });
  load();
})();
