"use strict";
// What a browser adds to the pages of accounts; without it they work all the same.
{
  const names = new Intl.DisplayNames(["en"], { type: "currency" });

  // Of a currency its name, of the zone the one that the browser is in.
  function enrich(root) {
    for (const option of root.querySelectorAll("[data-currency-names] option[value]:not([value=''])")) {
      if (option.textContent.trim() !== option.value) continue;
      const name = names.of(option.value);
      if (name !== option.value) option.textContent = `${option.value} – ${name}`;
    }
    for (const select of root.querySelectorAll("[data-currency-names]")) select.dispatchEvent(new Event("change"));
    for (const select of root.querySelectorAll("[data-guess-zone]")) {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      // What was sent and came back with an error is the user's own choice.
      const isUntouched = select.value === "UTC" && !select.form.querySelector("[role='alert']");
      if (isUntouched && [...select.options].some((option) => option.value === zone)) select.value = zone;
      delete select.dataset.guessZone;
      select.dispatchEvent(new Event("change"));
    }
  }
  // The theme is kept by the browser; without a choice it is the device's.
  function showTheme() {
    const choice = document.querySelector("[data-theme-choice]");
    if (!choice) return;
    let theme = null;
    try { theme = localStorage.getItem("omnify-theme"); } catch { /* Nothing is kept here. */ }
    choice.hidden = false;
    choice.querySelector(`[value="${theme ?? "system"}"]`).checked = true;
  }
  document.addEventListener("omnify:theme", showTheme);
  document.addEventListener("change", ({ target }) => {
    if (!target.closest("[data-theme-choice]")) return;
    try {
      if (target.value === "system") localStorage.removeItem("omnify-theme");
      else localStorage.setItem("omnify-theme", target.value);
    } catch { /* It holds for this page. */ }
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const system = isDark ? "dark" : "light";
    document.documentElement.dataset.bsTheme = target.value === "system" ? system : target.value;
    document.dispatchEvent(new CustomEvent("omnify:theme"));
  });

  enrich(document);
  showTheme();
  document.addEventListener("htmx:afterSwap", (event) => {
    enrich(event.detail.target);
    showTheme();
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-print]")) print();
  });
}
