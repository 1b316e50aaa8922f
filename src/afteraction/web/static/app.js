"use strict";
// What pages do beyond links and forms: menus that close, the look, filters that apply at once, tables that sort,
// buttons that copy. Everything works without it. Listeners sit on the document, so that parts fetched later have them too.
(() => {
  const closeMenus = except => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", event => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    document.querySelector("details[data-menu][open] > summary")?.focus();
    closeMenus(null);
  });

  const look = () => localStorage.getItem("look") || "system";
  const showLook = () => {
    for (const button of document.querySelectorAll("[data-look]")) button.setAttribute("aria-pressed", String(button.dataset.look === look()));
  };
  document.addEventListener("click", event => {
    const button = event.target.closest("[data-look]");
    if (!button) return;
    if (button.dataset.look === "system") localStorage.removeItem("look");
    else localStorage.setItem("look", button.dataset.look);
    dispatchEvent(new Event("look"));
    showLook();
  });
  showLook();

  document.addEventListener("change", event => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=date], input[type=month]")) form.requestSubmit();
  });

  // A form that is sent twice by an impatient finger is sent once.
  document.addEventListener("submit", event => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim()).then(() => {
      button.querySelector("[data-said]").textContent = "Copied";
    });
  });

  const order = cell => cell.dataset.order !== undefined ? Number(cell.dataset.order) : cell.textContent.trim().toLowerCase();
  const compare = (a, b) => {
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return typeof a === "number" ? a - b : a.localeCompare(b);
  };
  const prepare = table => {
    if (table.dataset.prepared || !table.tHead || !table.tBodies[0]) return;
    table.dataset.prepared = "yes";
    for (const heading of table.tHead.rows[0].cells) {
      if (!heading.textContent.trim()) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
    }
  };
  const prepareAll = () => document.querySelectorAll("table[data-sortable]").forEach(prepare);
  document.addEventListener("click", event => {
    const heading = event.target.closest("table[data-sortable] thead th");
    if (!heading || !event.target.closest("button.sort")) return;
    const falling = heading.getAttribute("aria-sort") === "ascending"
      || (!heading.hasAttribute("aria-sort") && heading.classList.contains("num"));
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const body = heading.closest("table").tBodies[0];
    const rows = [...body.rows].sort((a, b) => compare(order(a.cells[heading.cellIndex]), order(b.cells[heading.cellIndex])));
    body.append(...(falling ? rows.reverse() : rows));
  });
  document.addEventListener("htmx:after:swap", prepareAll);
  prepareAll();
})();
