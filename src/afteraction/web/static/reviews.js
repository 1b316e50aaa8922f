"use strict";
// A review that saves itself as it is typed: says so, keeps the order in which reasons were chosen, and sends what is
// left when the page goes away. Sliders say their number. Without it, everything is sent by the button.
(() => {
  const said = form => form.querySelector("#saved, [data-saved]");
  document.addEventListener("change", event => {
    const box = event.target, list = box.closest("[data-drivers]");
    if (!list || box.type !== "checkbox") return;
    const unknown = list.querySelector("input[name=unknown]"), boxes = [...list.querySelectorAll("input[name=driver]")];
    if (box === unknown && box.checked) for (const other of boxes) other.checked = false;
    if (box !== unknown && box.checked) unknown.checked = false;
    const order = list.parentElement.querySelector("[data-order-of-drivers]");
    const before = order.value ? order.value.split(",") : [];
    const chosen = boxes.filter(each => each.checked).map(each => each.value);
    order.value = [...before.filter(key => chosen.includes(key)), ...chosen.filter(key => !before.includes(key))].join(",");
  }, true);

  let typed = 0;
  // The button waits for a save on its way: two writers of one answer would stand in each other's way.
  const inFlight = new Set(), finishing = new Map();
  const showing = form => form && form.matches("form[data-answer]");
  document.addEventListener("input", event => {
    const form = event.target.form;
    if (!showing(form)) return;
    form.dataset.unsaved = String(++typed);
    said(form).textContent = "Saving…";
  });
  document.addEventListener("htmx:before:request", event => {
    const form = event.target.closest?.("form[data-answer]");
    if (!form) return;
    if (finishing.has(form)) return event.preventDefault();  // what is sent by the button holds all of it
    form.dataset.sending = form.dataset.unsaved || "";
    inFlight.add(form);
  });
  document.addEventListener("htmx:finally:request", event => {
    const form = event.target.closest?.("form[data-answer]");
    if (!form || !inFlight.delete(form) || !finishing.has(form)) return;
    form.requestSubmit(finishing.get(form));
  });
  // "Saved" is said of the newest letter alone, not when the answer to an earlier request comes in.
  document.addEventListener("htmx:after:swap", () => {
    for (const form of document.querySelectorAll("form[data-answer][data-unsaved]")) {
      if (form.dataset.sending !== form.dataset.unsaved) said(form).textContent = "Saving…";
      else if (!said(form).querySelector(".not-saved")) delete form.dataset.unsaved;
    }
  });
  document.addEventListener("htmx:error", event => {
    const form = event.target.closest?.("form[data-answer]");
    if (form && event.detail?.ctx?.status !== "aborted" && form.dataset.unsaved) said(form).textContent = "Not saved yet: no connection. Keep this page open.";
  });
  document.addEventListener("submit", event => {
    const form = event.target;
    if (!showing(form)) return;
    delete form.dataset.unsaved;
    finishing.set(form, event.submitter);
    if (inFlight.has(form)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (const form of document.querySelectorAll("form[data-answer][data-unsaved]")) {
      fetch(form.getAttribute("hx-post"), { method: "POST", body: new FormData(form), keepalive: true });
    }
  });

  const number = slider => {
    const output = slider.form?.querySelector("output");
    if (output) output.textContent = `${slider.value} %`;
  };
  document.addEventListener("input", event => { if (event.target.matches("input[type=range]")) number(event.target); });
})();
