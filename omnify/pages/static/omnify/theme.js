"use strict";
// Before the first paint: the theme that was chosen here, else the system's.
const stored = localStorage.getItem("omnify-theme");
const dark = stored ? stored === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
