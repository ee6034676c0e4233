"use strict";
// One strip for the long work of the organization, on every page: what runs, how far it is, and a
// link to what came of it. It asks while the page is seen, often while something runs.
{
  const SOON_MS = 1000, OFTEN_MS = 2000, SELDOM_MS = 30_000, PATIENCE_MS = 5000;
  const ENDS = { succeeded: "done", failed: "failed", cancelled: "was cancelled" };
  const SEEN = "omnify-seen-work";

  function seen() {
    try { return JSON.parse(sessionStorage.getItem(SEEN)) ?? []; } catch { return []; }
  }

  class WorkStrip extends HTMLElement {
    connectedCallback() {
      this.sources = JSON.parse(this.dataset.sources);
      this.rows = this.querySelector("ul");
      this.status = this.querySelector("[role=status]");
      this.states = new Map();
      if (!this.sources.length) return;
      document.addEventListener("visibilitychange", () => this.plan(0));
      // What was sent may have begun something.
      document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
        if (detail.requestConfig.verb !== "get") this.plan(SOON_MS);
      });
      // A form may end the session while its page is left: nothing is asked meanwhile.
      document.addEventListener("submit", ({ defaultPrevented }) => {
        if (!defaultPrevented) this.plan(SELDOM_MS);
      });
      this.plan(0);
    }

    plan(milliseconds) {
      clearTimeout(this.timer);
      this.asking?.abort();
      if (!document.hidden) this.timer = setTimeout(() => this.ask(), milliseconds);
    }

    async ask() {
      const asking = this.asking = new AbortController();
      const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(PATIENCE_MS)]);
      const answers = await Promise.all(this.sources.map((source) => this.read(source, signal)));
      if (asking.signal.aborted) return;
      const work = answers.flat();
      this.show(work);
      this.plan(work.some(({ isOver }) => !isOver) ? OFTEN_MS : SELDOM_MS);
    }

    // A service that does not answer, or not to this viewer, is left out.
    async read({ base, url }, signal) {
      try {
        const answer = await askInSession(url, signal);
        if (!answer.ok) return [];
        const { work } = await answer.json();
        return work.map((each) => ({
          ...each,
          isOver: each.state in ENDS,
          url: each.url && base + each.url,
          cancel_url: each.cancel_url && base + each.cancel_url,
        }));
      } catch { return []; }
    }

    show(work) {
      const hidden = seen();
      const shown = work.filter(({ id, isOver, url }) => !isOver || (url && !hidden.includes(id)));
      // A row that stays keeps its buttons, and so the focus.
      for (const row of [...this.rows.children]) {
        if (!shown.some(({ id }) => id === row.dataset.id)) row.remove();
      }
      for (const item of shown) this.update(item);
      this.hidden = !shown.length;
      const news = shown.filter(({ id, state }) => this.states.get(id) !== state);
      for (const { id, state } of shown) this.states.set(id, state);
      if (news.length) this.status.textContent = news.map(({ label, state }) => `${label}: ${ENDS[state] ?? state}.`).join(" ");
    }

    update(item) {
      const row = this.rows.querySelector(`[data-id="${item.id}"]`) ?? this.add(item);
      const part = (name) => row.querySelector(`[data-part=${name}]`);
      row.dataset.state = item.state;
      part("label").textContent = item.label;
      part("note").textContent = [
        item.isOver ? ENDS[item.state] : item.percent === null ? item.state : `${item.percent} %`,
        item.isOver && item.state === "failed" ? item.note : null,
        item.isOver ? null : elapsed(item.elapsed_seconds),
      ].filter(Boolean).join(" · ");
      const bar = part("bar");
      bar.hidden = item.isOver;
      bar.setAttribute("aria-label", item.label);
      if (item.percent === null) bar.removeAttribute("value");
      else bar.value = item.percent;
      part("open").hidden = !item.url;
      part("open").href = item.url;
      part("open").textContent = item.state === "succeeded" ? "See the result" : "Details";
      part("cancel").hidden = !item.cancel_url;
      part("cancel").dataset.url = item.cancel_url;
      part("hide").hidden = !item.isOver;
    }

    add({ id, label }) {
      const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
      row.dataset.id = id;
      row.querySelector("[data-part=cancel]").setAttribute("aria-label", `Cancel: ${label}`);
      row.querySelector("[data-part=hide]").setAttribute("aria-label", `Hide: ${label}`);
      row.addEventListener("click", ({ target }) => {
        const part = target.closest("[data-part]")?.dataset.part;
        if (part === "cancel") this.cancel(row);
        if (part === "hide" || (part === "open" && row.dataset.state in ENDS)) this.hide(row);
      });
      this.rows.append(row);
      return row;
    }

    async cancel(row) {
      const button = row.querySelector("[data-part=cancel]");
      button.disabled = true;
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      const headers = { "X-CSRFToken": token };
      try {
        await fetch(button.dataset.url, { method: "POST", credentials: "include", headers });
      } catch { /* The next answer tells how it stands. */ }
      button.disabled = false;
      this.plan(0);
    }

    hide(row) {
      try { sessionStorage.setItem(SEEN, JSON.stringify([...seen(), row.dataset.id])); } catch { /* Until the next answer. */ }
      row.remove();
      this.hidden = !this.rows.children.length;
    }
  }

  function elapsed(seconds) {
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  customElements.define("work-strip", WorkStrip);
}
