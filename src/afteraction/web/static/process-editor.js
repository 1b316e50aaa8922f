"use strict";
// The editor of the process: numbers beside its lines, and problems whose link puts the cursor into their line.
(() => {
  const area = document.getElementById("id_text");
  const gutter = document.getElementById("gutter");
  if (!area || !gutter) return;
  let shown = 0;
  const number = () => {
    const lines = area.value.split("\n").length;
    if (lines === shown) return;
    shown = lines;
    gutter.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
  };
  const scroll = () => { gutter.scrollTop = area.scrollTop; };
  area.addEventListener("input", () => { number(); scroll(); });
  area.addEventListener("scroll", scroll);
  number();
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    const lines = area.value.split("\n");
    const line = Math.min(Number(link.dataset.line), lines.length) - 1;
    const start = lines.slice(0, line).join("\n").length + (line ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + lines[line].length);
    area.scrollTop = Math.max(0, line - 4) * parseFloat(getComputedStyle(area).lineHeight);
  });
})();
