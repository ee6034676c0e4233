"use strict";
// <file-drop>: a field for a file onto which one can drop it; says which one it has.
customElements.define("file-drop", class extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=file]");
    this.hint = this.querySelector("[data-hint]");
    this.hint.setAttribute("aria-live", "polite");
    this.field.addEventListener("change", () => this.show());
    for (const name of ["dragenter", "dragover"]) {
      this.addEventListener(name, (event) => {
        event.preventDefault();
        this.classList.add("is-over");
      });
    }
    this.addEventListener("dragleave", (event) => {
      if (!this.contains(event.relatedTarget)) this.classList.remove("is-over");
    });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.classList.remove("is-over");
      if (!event.dataTransfer.files.length) return;
      this.field.files = event.dataTransfer.files;
      this.show();
    });
    this.show();
    const progress = this.querySelector("progress");
    this.closest("form").addEventListener("htmx:xhr:progress", ({ detail }) => {
      progress.hidden = false;
      progress.value = detail.lengthComputable ? (100 * detail.loaded) / detail.total : 0;
    });
  }

  show() {
    const names = [...this.field.files].map((file) => `${file.name}, ${this.size(file.size)}`);
    if (names.length) this.hint.textContent = names.join("; ");
  }

  size(bytes) {
    if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
    return `${(bytes / 1e6).toFixed(1)} MB`;
  }
});
