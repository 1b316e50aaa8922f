"use strict";
// The questionnaire for buyers: what is typed is kept as one goes, the score becomes a slider, at most so many drivers.
// Without it the page works too: one fills it in and sends it.
(() => {
  const form = document.getElementById("questions");
  const state = form.querySelector(".state");

  // --- the score: a slider that has no value until it is touched
  const select = document.getElementById("score");
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = -10;
  slider.max = 10;
  slider.value = select.value || 0;
  slider.setAttribute("aria-label", form.querySelector("label[for=score]").textContent);
  slider.setAttribute("aria-describedby", "score-hint");
  const output = document.createElement("output");
  const none = document.createElement("button");
  none.type = "button";
  none.className = "plain";
  none.textContent = select.options[0].textContent;
  const show = () => {
    const chosen = select.selectedOptions[0];
    output.textContent = select.value === "" ? "–" : chosen.textContent;
    slider.classList.toggle("untouched", select.value === "");
    slider.setAttribute("aria-valuetext", chosen.textContent);
    none.hidden = select.value === "";
  };
  const take = () => {
    select.value = slider.value;
    show();
  };
  slider.addEventListener("input", take);
  slider.addEventListener("click", take);
  none.addEventListener("click", () => {
    select.value = "";
    slider.value = 0;
    show();
    keepSoon();
  });
  const scale = document.createElement("div");
  scale.className = "scale";
  const ends = document.createElement("p");
  ends.className = "ends hint";
  for (const end of [select.dataset.low, select.dataset.high]) {
    const span = document.createElement("span");
    span.textContent = end;
    ends.append(span);
  }
  const value = document.createElement("div");
  value.className = "score-value";
  value.append(output, none);
  scale.append(value, slider, ends);
  select.hidden = true;
  select.after(scale);
  show();

  // --- no more drivers than are asked for
  for (const group of form.querySelectorAll("[data-most]")) {
    const boxes = [...group.querySelectorAll("input")];
    const limit = () => {
      const full = boxes.filter(box => box.checked).length >= Number(group.dataset.most);
      for (const box of boxes) box.disabled = full && !box.checked;
    };
    group.addEventListener("change", limit);
    limit();
  }

  // --- whoever is anonymous is not quoted
  const anonymous = form.querySelector("[name=anonymous]");
  const quote = document.getElementById("quote");
  if (anonymous && quote) {
    const apply = () => { quote.hidden = anonymous.checked; };
    anonymous.addEventListener("change", apply);
    apply();
  }

  // --- a chosen answer can be taken back by choosing it again
  form.addEventListener("pointerdown", event => {
    const radio = event.target.closest(".choices label")?.querySelector("input[type=radio]");
    if (radio) radio.dataset.was = radio.checked ? "yes" : "";
  });
  form.addEventListener("click", event => {
    if (!event.target.matches("input[type=radio]") || !event.target.dataset.was) return;
    event.target.checked = false;
    event.target.dataset.was = "";
    keepSoon();
  });

  // --- what is typed is kept
  const where = form.dataset.draft;
  let timer = 0, sent = false, dirty = false, running = false;
  const keep = async () => {
    clearTimeout(timer);
    if (!where || sent || !dirty) return;
    if (running) { timer = setTimeout(keep, 500); return; }
    dirty = false;
    running = true;
    state.textContent = form.dataset.saving;
    try {
      const answer = await fetch(where, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
      if (!answer.ok) throw new Error(String(answer.status));
      state.textContent = form.dataset.saved;
    } catch {
      dirty = true;
      state.textContent = form.dataset.unsaved;
      timer = setTimeout(keep, 5000);
    } finally {
      running = false;
    }
  };
  const keepSoon = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 700);
  };
  form.addEventListener("input", keepSoon);
  form.addEventListener("change", keepSoon);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  addEventListener("pagehide", keep);
  form.addEventListener("submit", event => {
    if (sent) event.preventDefault();
    sent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", event => { if (event.persisted) sent = false; });
})();
