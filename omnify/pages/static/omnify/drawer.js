"use strict";
// Details beside the page that they belong to. A link with data-drawer opens its page's part in a
// drawer, under the page's own address; without a script, or opened anew, it is a page.
{
  class DetailDrawer extends HTMLElement {
    connectedCallback() {
      this.dialog = this.querySelector("dialog");
      this.body = this.querySelector("[data-drawer-body]");
      this.heading = this.querySelector("h2");
      document.addEventListener("click", (event) => this.onClick(event));
      this.dialog.addEventListener("close", () => this.onClose());
      this.dialog.addEventListener("click", (event) => {
        const closer = event.target.closest("[data-drawer-close]");
        if (closer) event.preventDefault();
        if (closer || event.target === this.dialog) this.dialog.close();
      });
      addEventListener("popstate", () => this.onBack());
    }

    onClick(event) {
      const link = event.target.closest("a[data-drawer]");
      const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
      if (!link || !isPlain || link.origin !== location.origin) return;
      event.preventDefault();
      this.open(link);
    }

    async open(link) {
      const title = document.title;
      link.setAttribute("aria-busy", "true");
      await htmx.ajax("GET", link.href, { source: link, target: this.body, swap: "innerHTML" });
      link.removeAttribute("aria-busy");
      if (!this.body.childElementCount) return;
      // A part may bring a head of its own.
      this.heading.parentElement.hidden = this.body.querySelector("[data-drawer-close]") !== null;
      this.heading.textContent = document.title.replace(/ · Omnify$/, "");
      if (!this.dialog.open) {
        this.title = title;
        this.dialog.showModal();
        history.pushState({ drawer: true }, "", link.href);
      } else {
        history.replaceState({ drawer: true }, "", link.href);
      }
    }

    onClose() {
      document.title = this.title;
      this.body.replaceChildren();
      if (history.state?.drawer) history.back();
    }

    onBack() {
      if (history.state?.drawer) location.reload();
      else if (this.dialog.open) this.dialog.close();
    }
  }
  customElements.define("detail-drawer", DetailDrawer);
}
