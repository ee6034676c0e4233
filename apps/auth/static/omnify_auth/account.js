"use strict";
// What a browser adds to the pages of accounts; without it they work all the same.
{
  const names = new Intl.DisplayNames(["en"], { type: "currency" });

  // Of a currency its name, of the zone the one that the browser is in.
  function enrich(root) {
    for (const option of root.querySelectorAll("[data-currency-names] option[value]:not([value=''])")) {
      if (option.textContent.trim() !== option.value) continue;
      const name = names.of(option.value);
      if (name !== option.value) option.textContent = `${option.value} – ${name}`;
    }
    for (const select of root.querySelectorAll("[data-guess-zone]")) {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      // What was sent and came back with an error is the user's own choice.
      const isUntouched = select.value === "UTC" && !select.form.querySelector("[role='alert']");
      if (isUntouched && [...select.options].some((option) => option.value === zone)) select.value = zone;
      delete select.dataset.guessZone;
    }
    for (const button of root.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
  }
  enrich(document);
  document.addEventListener("htmx:afterSwap", (event) => enrich(event.detail.target));

  document.addEventListener("click", async ({ target }) => {
    if (target.closest("[data-print]")) print();
    const button = target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const said = button.closest("section").querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      said.textContent = "Copied.";
    } catch {
      // Without https a browser gives no clipboard to scripts.
      getSelection().selectAllChildren(source);
      said.textContent = "Selected: copy it with the keyboard.";
    }
    said.hidden = false;
  });
}
