"use strict";
// What every page does: theme, menus, notices, the look of waiting.
{
  const LEVELS = ["success", "info", "warning", "danger"];
  const root = document.documentElement;

  const themeSwitch = document.querySelector("[data-theme-switch]");
  const showTheme = () => themeSwitch?.setAttribute("aria-pressed", String(root.dataset.bsTheme === "dark"));
  showTheme();
  document.addEventListener("omnify:theme", showTheme);
  themeSwitch?.addEventListener("click", () => {
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    try { localStorage.setItem("omnify-theme", theme); } catch { /* It holds for this page. */ }
    document.dispatchEvent(new CustomEvent("omnify:theme"));
  });

  // Of tabs that do not fit, the page's own is in sight.
  document.querySelector(".tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // Lists in menus that are searched.
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-menu-filter]")) return;
    const asked = target.value.trim().toLowerCase();
    for (const item of target.closest("[data-menu]").querySelectorAll("[data-menu-item]")) {
      item.hidden = !item.textContent.toLowerCase().includes(asked);
    }
  });

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (menu !== except) menu.open = false;
    }
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("[data-menu]")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  function notify({ level, text }) {
    const notice = document.createElement("div");
    notice.className = `alert alert-${LEVELS.includes(level) ? level : "info"} alert-dismissible`;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", "Close the notice");
    close.addEventListener("click", () => notice.remove());
    notice.append(text, close);
    document.getElementById("notices").replaceChildren(notice);
  }

  // Buttons that copy the text of what they name; where a browser lets no script copy, it is selected.
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const said = button.closest("section, [data-copyable]")?.querySelector("[data-copied]") ?? button;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      said.textContent = "Copied.";
    } catch {
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      said.textContent = "Selected: copy it with the keyboard.";
    }
    said.hidden = false;
  });

  // The words of a refusal: of the error page, or of the API's problem.
  function reasonOf(xhr) {
    const type = xhr.getResponseHeader("Content-Type") ?? "";
    if (type.includes("html")) {
      const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
      return page.querySelector("[data-error-detail]")?.textContent;
    }
    try { return JSON.parse(xhr.responseText).detail; } catch { return null; }
  }

  // A service's view says something on the next page's part with the header
  // HX-Trigger: {"omnify:notice": {"level": "success", "text": "The import is done."}}.
  document.body.addEventListener("omnify:notice", (event) => notify(event.detail));
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    const id = xhr.getResponseHeader("X-Request-ID") ?? "unknown";
    const reason = reasonOf(xhr) || "That did not work. Try again.";
    notify({ level: "danger", text: `${reason} If it stays, quote request ${id}.` });
  });
  document.body.addEventListener("htmx:sendError", () => {
    notify({ level: "danger", text: "The server cannot be reached. Check the connection and try again." });
  });

  // A part that asks for itself, such as progress, is not waited for.
  document.body.addEventListener("htmx:beforeRequest", ({ detail: { elt, target } }) => {
    if (elt !== target) target.setAttribute("aria-busy", "true");
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    event.detail.target.removeAttribute("aria-busy");
  });

  // What is filled in anew keeps the focus where it was; htmx does so for what has an id.
  let focused = "";
  function selectorOf(element) {
    const quoted = (name) => `[${name}="${CSS.escape(element.getAttribute(name))}"]`;
    if (element.hasAttribute("href")) return `a${quoted("href")}`;
    if (element.name) return `${quoted("name")}${element.hasAttribute("value") ? quoted("value") : ""}`;
    const form = element.closest("form[action]");
    return form ? `form[action="${CSS.escape(form.getAttribute("action"))}"] ${element.localName}` : "";
  }
  document.body.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    const element = document.activeElement;
    focused = element && !element.id && target.contains(element) ? selectorOf(element) : "";
  });
  document.body.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
    if (focused && document.activeElement === document.body) {
      target.querySelector(focused)?.focus({ preventScroll: true });
    }
    focused = "";
    // Those who do not see what changed hear which days are shown now.
    const days = target.id === "part" && target.querySelector("date-control summary");
    if (days) document.getElementById("said").textContent = days.textContent.replace(/\s+/g, " ").trim();
  });

  // The question before what cannot be undone (see question.html).
  const question = document.getElementById("question");
  document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (target === question) question.showModal();
  });
  question?.addEventListener("htmx:beforeSend", () => question.close());
  question?.addEventListener("click", (event) => {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    question.close();
  });
}
