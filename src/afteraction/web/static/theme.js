"use strict";
// Light or dark before anything is painted: as chosen in the menu, else as the system has it.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = localStorage.getItem("look");
    document.documentElement.dataset.bsTheme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("look", apply);
  apply();
})();
