"use strict";
// Before the first paint: what the browser can do, and the theme that was chosen here, else the system's.
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    // A browser that keeps nothing throws.
    try { return localStorage.getItem("omnify-theme"); } catch { return null; }
  }

  function apply() {
    root.dataset.bsTheme = stored() ?? (system.matches ? "dark" : "light");
    document.dispatchEvent(new CustomEvent("omnify:theme"));
  }

  root.classList.add("js");
  root.classList.toggle("passkeys", Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON));
  apply();
  system.addEventListener("change", apply);
  // Chosen in another tab.
  addEventListener("storage", (event) => { if (event.key === "omnify-theme") apply(); });
}
