"use strict";
// The search over all pages: the navigation, and what each service of the fleet finds.
// A dialog with a combobox and its list; a service that does not answer is left out.
{
  const SHORTEST = 2, PAUSE_MS = 150, PATIENCE_MS = 3000;

  class SearchDialog extends HTMLElement {
    connectedCallback() {
      this.dialog = this.querySelector("dialog");
      this.input = this.querySelector("input");
      this.list = this.querySelector("[role=listbox]");
      this.status = this.querySelector("[role=status]");
      this.sources = JSON.parse(this.dataset.sources);
      const key = document.querySelector("[data-search-open] kbd");
      if (key && /Mac|iP/.test(navigator.platform)) key.textContent = "⌘ K";
      document.addEventListener("click", (event) => {
        if (event.target.closest("[data-search-open]")) this.open();
      });
      document.addEventListener("keydown", (event) => this.onShortcut(event));
      this.input.addEventListener("input", () => this.onInput());
      this.input.addEventListener("keydown", (event) => this.onKey(event));
      this.list.addEventListener("mousemove", ({ target }) => this.choose(target.closest("[role=option]")));
      this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close());
      this.dialog.addEventListener("close", () => this.stop());
    }

    onShortcut(event) {
      const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
      const isCombination = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
      if (!isCombination && (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.open();
    }

    open() {
      if (this.dialog.open || document.querySelector("dialog:modal")) return;
      this.input.value = "";
      this.dialog.showModal();
      this.onInput();
    }

    stop() {
      clearTimeout(this.pause);
      this.asking?.abort();
    }

    onInput() {
      this.stop();
      const asked = this.input.value.trim();
      this.answers = this.sources.map(() => []);
      this.show(asked);
      if (asked.length >= SHORTEST) this.pause = setTimeout(() => this.ask(asked), PAUSE_MS);
    }

    async ask(asked) {
      this.asking = new AbortController();
      const signal = AbortSignal.any([this.asking.signal, AbortSignal.timeout(PATIENCE_MS)]);
      const isAsked = this.asking;
      await Promise.all(this.sources.map(async ({ base, url }, at) => {
        try {
          const answer = await askInSession(`${url}?q=${encodeURIComponent(asked)}`, signal);
          if (!answer.ok) return;
          const { results } = await answer.json();
          this.answers[at] = results.map((each) => ({ ...each, url: base + each.url }));
        } catch { return; }
        if (isAsked === this.asking && !isAsked.signal.aborted) this.show(asked);
      }));
    }

    // The pages of the navigation whose names have the words; all while nothing is asked.
    pages(asked) {
      const words = asked.toLowerCase().split(/\s+/);
      return [...document.querySelectorAll("[data-page]")]
        .map((link) => ({ kind: "Pages", label: link.dataset.page, url: link.href }))
        .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
    }

    show(asked) {
      const chosen = this.chosen?.dataset.url;
      const found = [...this.pages(asked), ...this.answers.flat()];
      const kinds = Map.groupBy(found, ({ kind }) => kind);
      let count = 0;
      this.list.replaceChildren(...[...kinds].map(([kind, items]) => {
        const group = document.createElement("div");
        group.setAttribute("role", "group");
        group.setAttribute("aria-label", kind);
        const head = document.createElement("div");
        head.className = "search-kind";
        head.setAttribute("aria-hidden", "true");
        head.textContent = kind;
        group.append(head, ...items.map((item) => this.option(item, (count += 1))));
        return group;
      }));
      const options = this.options();
      this.choose(options.find((each) => each.dataset.url === chosen) ?? options[0]);
      this.input.setAttribute("aria-expanded", String(options.length > 0));
      this.status.textContent = options.length ? `${options.length} found` : `Nothing is called “${asked}”.`;
    }

    option({ label, note, url }, number) {
      const option = document.createElement("div");
      option.id = `search-option-${number}`;
      option.className = "search-option";
      option.setAttribute("role", "option");
      option.dataset.url = url;
      const name = document.createElement("bdi");
      name.textContent = label;
      const small = document.createElement("small");
      small.textContent = note ?? "";
      option.append(name, small);
      option.addEventListener("click", () => this.go(option));
      return option;
    }

    options() { return [...this.list.querySelectorAll("[role=option]")]; }

    choose(option) {
      if (option === null) return;
      this.chosen?.setAttribute("aria-selected", "false");
      this.chosen = option;
      option?.setAttribute("aria-selected", "true");
      if (option) this.input.setAttribute("aria-activedescendant", option.id);
      else this.input.removeAttribute("aria-activedescendant");
    }

    go(option) { location.assign(option.dataset.url); }

    onKey(event) {
      const options = this.options(), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && options.length) {
        event.preventDefault();
        const next = (options.indexOf(this.chosen) + step + options.length) % options.length;
        this.choose(options[next]);
        this.chosen.scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter" && this.chosen) {
        event.preventDefault();
        this.go(this.chosen);
      }
    }
  }
  customElements.define("search-dialog", SearchDialog);
}
