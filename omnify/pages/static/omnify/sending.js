"use strict";
// How forms are sent: once, with a busy button, in a session that is active; what is typed stays.
{
  const RENEW_AFTER_MS = 4 * 60 * 1000, FREE_AFTER_MS = 15_000;
  const ended = document.getElementById("session-ended");
  const renewUrl = document.body.dataset.renewUrl;
  let renewedAt = Date.now();
  ended?.querySelector("[data-back]").addEventListener("click", () => ended.close());

  const isOld = () => Date.now() - renewedAt > RENEW_AFTER_MS;

  // Whether the session is active afterwards; null where nobody knows. All who ask at a time share one.
  let renewing = null;
  const renew = () => renewing ??= askToRenew().finally(() => { renewing = null; });
  async function askToRenew() {
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    try {
      const headers = { "X-CSRFToken": token };
      const answer = await fetch(renewUrl, { method: "POST", credentials: "include", headers });
      if (answer.ok) renewedAt = Date.now();
      return answer.ok ? true : answer.status === 401 ? false : null;
    } catch { return null; }
  }
  if (renewUrl) setInterval(() => { if (!document.hidden) renew(); }, RENEW_AFTER_MS);

  // A question of a script: one that comes after the session's time is asked again once it is renewed.
  globalThis.askInSession = async (url, signal) => {
    const ask = () => fetch(url, { credentials: "include", signal });
    const answer = await ask();
    return answer.status === 401 && renewUrl && (await renew()) ? ask() : answer;
  };

  function free(form) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[data-busy]")) {
      delete button.dataset.busy;
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    }
  }

  function mark(form, button) {
    form.dataset.sending = "";
    if (button) {
      button.dataset.busy = "";
      button.setAttribute("aria-busy", "true");
      button.setAttribute("aria-disabled", "true");
    }
    // A file may come, which leaves the page as it is.
    setTimeout(() => free(form), FREE_AFTER_MS);
  }

  // First of all listeners: a form that is being sent is not sent again, and one whose session may
  // have ended waits until it is renewed.
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post") return;
    if ("sending" in form.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (!renewUrl || !isOld()) {
      mark(form, button);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    mark(form, button);
    const isActive = await renew();
    free(form);
    if (isActive === false) {
      ended.showModal();
      return;
    }
    renewedAt = Date.now();
    form.requestSubmit(button?.form === form ? button : null);
  }, true);
  document.body.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => {
    const form = elt.closest("form");
    if (form) free(form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(free));

  // The server found the session over: the page stays, with what was typed.
  document.body.addEventListener("htmx:beforeOnLoad", async (event) => {
    const { xhr, elt, requestConfig } = event.detail;
    const target = xhr.getResponseHeader("HX-Redirect") ?? "";
    if (requestConfig.verb === "get" || !renewUrl || !target.startsWith(renewUrl)) return;
    event.preventDefault();
    const form = elt.closest("form");
    if ((await renew()) === true && form) form.requestSubmit();
    else ended.showModal();
  });

  // After an error the page goes to it once: the field, else what is said.
  const gone = new WeakSet();
  function goToProblem(root) {
    const field = root.querySelector('[aria-invalid="true"]');
    const said = root.querySelector('.field-problem, .alert-danger, [role="alert"]');
    if (!(field ?? said) || gone.has(field ?? said)) return;
    gone.add(field ?? said);
    (field ?? said).scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
    // What is typed next takes the place of what is wrong.
    field?.select?.();
  }
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.responseStatus >= 400) goToProblem(document.getElementById("content") ?? document.body);
  document.body.addEventListener("htmx:afterSettle", ({ detail: { requestConfig, target } }) => {
    if (requestConfig && requestConfig.verb !== "get") goToProblem(target);
  });
}
