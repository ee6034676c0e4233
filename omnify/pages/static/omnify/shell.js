"use strict";
// What every page does: the theme switch, notices of failed requests, renewing the session.
{
  const RENEW_EVERY_MS = 4 * 60 * 1000;
  const root = document.documentElement;

  document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    localStorage.setItem("omnify-theme", theme);
    document.dispatchEvent(new CustomEvent("omnify:theme"));
  });

  function notify(text) {
    const notice = document.createElement("div");
    notice.className = "alert alert-danger";
    notice.textContent = text;
    document.getElementById("notices").replaceChildren(notice);
  }

  document.body.addEventListener("htmx:responseError", (event) => {
    const id = event.detail.xhr.getResponseHeader("X-Request-ID") ?? "unknown";
    notify(`That did not work. Try again; if it stays, quote request ${id}.`);
  });
  document.body.addEventListener("htmx:sendError", () => {
    notify("The server cannot be reached. Check the connection and try again.");
  });

  // Only pages of the host that keeps the session can renew it in the background; others are
  // sent there when their token is over.
  if (document.querySelector('form[action="/app/auth/sign-out"]')) {
    setInterval(() => {
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      fetch("/app/auth/renew", { method: "POST", headers: { "X-CSRFToken": token } });
    }, RENEW_EVERY_MS);
  }
}
