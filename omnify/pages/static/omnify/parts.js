"use strict";
// The custom elements of parts. Each stands round markup that works without it.
{
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // A table that has all its rows sorts them where they are; on a narrow screen rows open.
  class DataTable extends HTMLElement {
    connectedCallback() {
      for (const row of this.querySelectorAll("tbody > tr")) this.addOpener(row);
      if (this.isReady) return;
      this.isReady = true;
      this.order = this.querySelector(".table-order select");
      this.order?.addEventListener("change", () => this.choose(this.order.value));
      if (!this.hasAttribute("data-in-place")) return;
      this.addEventListener("click", (event) => {
        const link = event.target.closest(".table-sort-link");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        const head = link.closest("th"), order = head.getAttribute("aria-sort");
        this.sort(head, order === "ascending" || (!order && head.classList.contains("number")));
      });
    }

    // What a narrow screen has in place of the heads.
    choose(order) {
      if (!this.hasAttribute("data-in-place")) return this.order.form.requestSubmit();
      this.sort(this.querySelector(`th[data-key="${CSS.escape(order.replace(/^-/, ""))}"]`), order.startsWith("-"));
    }

    addOpener(row) {
      const head = row.querySelector("th");
      const others = [...row.querySelectorAll("td:not(.key)")];
      if (!head || head.querySelector(".row-opener")) return;
      if (!others.some((cell) => cell.textContent.trim() || cell.querySelector("svg"))) return;
      const opener = make("button", { type: "button", class: "row-opener", "aria-expanded": "false", "aria-label": `More about ${head.textContent.trim()}` });
      opener.addEventListener("click", () => {
        opener.setAttribute("aria-expanded", String(row.classList.toggle("is-open")));
      });
      head.append(opener);
    }

    sort(head, isDown) {
      const at = head.cellIndex;
      const body = this.querySelector("tbody");
      const isNumber = head.classList.contains("number");
      const valueOf = (row) => row.cells[at].dataset.value ?? "";
      const alphabetic = (a, b) => a < b ? -1 : Number(a > b);
      const compare = (a, b) => isNumber ? Number(a) - Number(b) : alphabetic(a, b);
      const name = (row) => row.cells[0].dataset.value ?? "";
      const rows = [...body.rows].sort((a, b) => alphabetic(name(a), name(b)));
      const known = rows.filter(valueOf).sort((a, b) => (isDown ? -1 : 1) * compare(valueOf(a), valueOf(b)));
      body.append(...known, ...rows.filter((row) => !valueOf(row)));
      for (const other of this.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      const address = new URL(location.href);
      const order = (isDown ? "-" : "") + head.dataset.key;
      if (this.order) this.order.value = order;
      address.searchParams.set("sort", order);
      history.replaceState(history.state, "", address);
      const said = `Sorted by ${head.textContent.trim()}, ${isDown ? "descending" : "ascending"}`;
      this.querySelector("[data-sorted]").textContent = said;
    }
  }

  // A select of many options, or a text with proposals, becomes a field that finds them by typing.
  class ComboBox extends HTMLElement {
    connectedCallback() {
      const select = this.querySelector("select"), text = this.querySelector("input[list]");
      if (this.field || !(select ?? text)) return;
      const { id } = select ?? text;
      this.list = make("ul", { role: "listbox", id: `${id}-list`, class: "combo-list card", hidden: "" });
      const label = document.querySelector(`label[for="${id}"]`);
      this.list.setAttribute("aria-label", label?.textContent.trim() || (select ?? text).getAttribute("aria-label") || "Choices");
      if (select) this.replace(select, label);
      else this.adopt(text);
      for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) this.field.setAttribute(name, value);
      this.append(this.list);
      this.field.addEventListener("input", () => this.open(this.field.value));
      this.field.addEventListener("click", () => this.open(""));
      this.field.addEventListener("keydown", (event) => this.press(event));
      this.field.addEventListener("blur", () => this.close());
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("[role=option]");
        if (option?.dataset.value !== undefined) this.choose(option);
      });
    }

    // One of the options alone can be chosen.
    replace(select, label) {
      this.select = select;
      this.field = make("input", { type: "text", id: `${select.id}-text` });
      if (label) label.htmlFor = this.field.id;
      for (const name of ["aria-label", "aria-describedby", "aria-invalid"]) {
        if (select.hasAttribute(name)) this.field.setAttribute(name, select.getAttribute(name));
      }
      this.field.required = select.required;
      this.field.disabled = select.disabled;
      select.hidden = true;
      select.required = false;
      this.append(this.field);
      this.showChosen();
      select.addEventListener("change", () => this.showChosen());
    }

    // What is proposed can be chosen, and anything else can be typed.
    adopt(text) {
      this.field = text;
      this.proposals = document.getElementById(text.getAttribute("list"));
      text.removeAttribute("list");
    }

    showChosen() {
      if (this.select) this.field.value = this.select.selectedOptions[0]?.textContent.trim() ?? "";
    }

    open(text) {
      const wanted = text.trim().toLocaleLowerCase();
      const nameOf = ({ textContent, value }) => textContent.trim() || value;
      const found = [...(this.select ?? this.proposals).options].filter((option) =>
        `${nameOf(option)} ${option.value}`.toLocaleLowerCase().includes(wanted));
      this.list.replaceChildren(...found.slice(0, 100).map((option, index) =>
        make("li", { role: "option", id: `${this.list.id}-${index}`, "data-value": option.value, "aria-selected": "false" }, nameOf(option))));
      if (!found.length && !this.select && !wanted) return this.close();
      if (!found.length) {
        const said = this.select ? "Nothing matches" : `“${text.trim()}” is new`;
        this.list.replaceChildren(make("li", { class: "text-secondary", role: "option", "aria-disabled": "true" }, said));
      }
      this.list.hidden = false;
      this.field.setAttribute("aria-expanded", "true");
      // What is typed freely stays what it is until a proposal is chosen.
      const chosen = found.findIndex((option) => this.select ? option.selected : option.value === this.field.value);
      this.mark(!this.select ? chosen : text ? 0 : Math.max(0, chosen));
    }

    get options() {
      return [...this.list.querySelectorAll("[data-value]")];
    }

    mark(index) {
      const { options } = this;
      this.at = Math.min(index, options.length - 1);
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.at)));
      this.field.setAttribute("aria-activedescendant", options[this.at]?.id ?? "");
      options[this.at]?.scrollIntoView({ block: "nearest" });
    }

    press(event) {
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
      if (event.key in steps) {
        event.preventDefault();
        if (this.list.hidden) this.open("");
        else this.mark(Math.max(0, this.at + steps[event.key]));
      } else if (event.key === "Enter" && !this.list.hidden) {
        event.preventDefault();
        if (this.options[this.at]) this.choose(this.options[this.at]);
        else if (!this.select) this.close();
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.stopPropagation();
        this.close();
      }
    }

    choose({ dataset }) {
      const target = this.select ?? this.field;
      target.value = dataset.value;
      target.dispatchEvent(new Event("change", { bubbles: true }));
      this.close();
    }

    close() {
      this.list.hidden = true;
      this.field.setAttribute("aria-expanded", "false");
      this.field.removeAttribute("aria-activedescendant");
      this.showChosen();
    }
  }

  // Keys for the usual ranges, and what is wrong with typed days before they are sent.
  class DateControl extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector("form");
      this.addEventListener("input", (event) => this.check(event));
      this.check();
      this.onKey = (event) => this.press(event);
      document.addEventListener("keydown", this.onKey);
    }

    disconnectedCallback() {
      document.removeEventListener("keydown", this.onKey);
    }

    press({ key, target, ctrlKey, metaKey, altKey }) {
      if (ctrlKey || metaKey || altKey || target.closest?.("input, select, textarea, dialog, [contenteditable]")) return;
      [...this.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key)?.click();
    }

    check(event) {
      const { first, last, compare, compare_first: start, compare_last: end } = this.form.elements;
      const isCustom = compare.value === "custom";
      this.querySelector("[data-custom]").hidden = !isCustom;
      this.querySelector("[data-weekday]").hidden = compare.value === "off";
      for (const field of [start, end]) {
        field.required = isCustom;
        field.disabled = !isCustom;
      }
      const isTurned = last.value && first.value > last.value;
      const isOtherTurned = isCustom && end.value && start.value > end.value;
      last.setCustomValidity(isTurned ? "The last day is before the first." : "");
      end.setCustomValidity(isOtherTurned ? "The last day to compare with is before the first." : "");
      this.show((isTurned && last.validationMessage) || (isOtherTurned && end.validationMessage) || "", event);
    }

    // What the server said of the days stays until they are changed.
    show(text, event) {
      if (!text && !event) return;
      const problem = this.querySelector("[data-problem]");
      problem.textContent = text;
      problem.hidden = !text;
    }
  }

  // What the page's numbers rest on and what needs somebody: services are asked once the page is there,
  // once for each page, and who does not answer in time is left out.
  const NEEDS_MS = 5000;
  const askedNeeds = new Map();

  async function findNeeds({ base, url }, channel) {
    try {
      const query = channel ? `?channel=${encodeURIComponent(channel)}` : "";
      const answer = await askInSession(url + query, AbortSignal.timeout(NEEDS_MS));
      if (!answer.ok) return [];
      return (await answer.json()).needs.map((need) => ({ ...need, url: base + need.url }));
    } catch { return []; }
  }

  class SourceNeeds extends HTMLElement {
    async connectedCallback() {
      const { sources, channel } = this.dataset, key = `${sources} ${channel}`;
      if (!askedNeeds.has(key)) {
        askedNeeds.set(key, Promise.all(JSON.parse(sources).map((source) => findNeeds(source, channel))));
      }
      const needs = (await askedNeeds.get(key)).flat();
      this.replaceChildren(...needs.map(({ text, url, label }) => make(
        "div", { class: "alert alert-warning", role: "status" },
        `${text} `, make("a", { class: "alert-link", href: url }, label),
      )));
    }
  }

  customElements.define("source-needs", SourceNeeds);
  customElements.define("data-table", DataTable);
  customElements.define("combo-box", ComboBox);
  customElements.define("date-control", DateControl);
}
