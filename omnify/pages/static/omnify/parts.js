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
      if (!this.hasAttribute("data-in-place") || this.isReady) return;
      this.isReady = true;
      this.addEventListener("click", (event) => {
        const link = event.target.closest(".table-sort-link");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.sort(link.closest("th"));
      });
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

    sort(head) {
      const order = head.getAttribute("aria-sort");
      const isDown = order === "ascending" || (!order && head.classList.contains("number"));
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
      address.searchParams.set("sort", (isDown ? "-" : "") + head.dataset.key);
      history.replaceState(history.state, "", address);
      const said = `Sorted by ${head.textContent.trim()}, ${isDown ? "descending" : "ascending"}`;
      this.querySelector("[data-sorted]").textContent = said;
    }
  }

  // A select of many options becomes a field that finds them by typing.
  class ComboBox extends HTMLElement {
    connectedCallback() {
      const select = this.querySelector("select");
      if (!select || this.field) return;
      this.select = select;
      const { id } = select;
      this.list = make("ul", { role: "listbox", id: `${id}-list`, class: "combo-list card", hidden: "" });
      this.field = make("input", { type: "text", role: "combobox", id: `${id}-text`, autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id });
      const label = document.querySelector(`label[for="${id}"]`);
      if (label) label.htmlFor = this.field.id;
      for (const name of ["aria-label", "aria-describedby", "aria-invalid"]) {
        if (select.hasAttribute(name)) this.field.setAttribute(name, select.getAttribute(name));
      }
      if (label) this.list.setAttribute("aria-label", label.textContent.trim());
      else this.list.setAttribute("aria-label", select.getAttribute("aria-label") ?? "Choices");
      this.field.required = select.required;
      this.field.disabled = select.disabled;
      select.hidden = true;
      select.required = false;
      this.append(this.field, this.list);
      this.showChosen();
      this.field.addEventListener("input", () => this.open(this.field.value));
      this.field.addEventListener("click", () => this.open(""));
      this.field.addEventListener("keydown", (event) => this.press(event));
      this.field.addEventListener("blur", () => this.close());
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("[role=option]");
        if (option) this.choose(option);
      });
      select.addEventListener("change", () => this.showChosen());
    }

    showChosen() {
      this.field.value = this.select.selectedOptions[0]?.textContent.trim() ?? "";
    }

    open(text) {
      const wanted = text.trim().toLocaleLowerCase();
      const found = [...this.select.options].filter(({ textContent, value }) =>
        `${textContent} ${value}`.toLocaleLowerCase().includes(wanted));
      this.list.replaceChildren(...found.slice(0, 100).map((option, index) =>
        make("li", { role: "option", id: `${this.list.id}-${index}`, "data-value": option.value, "aria-selected": "false" }, option.textContent.trim())));
      if (!found.length) this.list.replaceChildren(make("li", { class: "text-secondary", role: "option", "aria-disabled": "true" }, "Nothing matches"));
      this.list.hidden = false;
      this.field.setAttribute("aria-expanded", "true");
      const chosen = found.indexOf(this.select.selectedOptions[0]);
      this.mark(text ? 0 : Math.max(0, chosen));
    }

    get options() {
      return [...this.list.querySelectorAll("[data-value]")];
    }

    mark(index) {
      const { options } = this;
      this.at = Math.min(Math.max(index, 0), options.length - 1);
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.at)));
      this.field.setAttribute("aria-activedescendant", options[this.at]?.id ?? "");
      options[this.at]?.scrollIntoView({ block: "nearest" });
    }

    press(event) {
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
      if (event.key in steps) {
        event.preventDefault();
        if (this.list.hidden) this.open("");
        else this.mark(this.at + steps[event.key]);
      } else if (event.key === "Enter" && !this.list.hidden) {
        event.preventDefault();
        if (this.options[this.at]) this.choose(this.options[this.at]);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.stopPropagation();
        this.close();
      }
    }

    choose({ dataset }) {
      this.select.value = dataset.value;
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
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

  customElements.define("data-table", DataTable);
  customElements.define("combo-box", ComboBox);
  customElements.define("date-control", DateControl);
}
