"use strict";
// Passkeys on the pages: the browser's ceremony between the server's options and a form.
{
  // What the browser's own refusals mean to a person, by their names.
  const REFUSALS = {
    NotAllowedError: "The passkey was not used. Try again.",
    InvalidStateError: "This device has a passkey here already.",
  };

  // Null when the browser was sent elsewhere: to prove oneself again, to sign in, to consent.
  async function optionsOf(url, body) {
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
        // Pages answer as they do to htmx.
        "HX-Request": "true",
        "HX-Current-URL": location.href,
      },
      body: new URLSearchParams(body),
    });
    const target = answer.headers.get("HX-Redirect");
    if (target) {
      location.assign(target);
      return null;
    }
    if (answer.ok) return answer.json();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    throw new Error(page.querySelector("[data-error-detail]")?.textContent ?? "That did not work. Try again.");
  }

  function say(form, text) {
    const place = form.querySelector("[data-passkey-problem]");
    place.textContent = text;
    place.hidden = false;
  }

  async function makePasskey(form) {
    const found = await optionsOf(form.dataset.passkeyOptions, {});
    if (!found) return;
    const { challenge, options } = found;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
    const made = await navigator.credentials.create({ publicKey });
    form.elements.challenge.value = challenge;
    form.elements.credential.value = JSON.stringify(made.toJSON());
    form.requestSubmit();
  }

  async function usePasskey(form) {
    const body = { challenge: form.elements.challenge.value };
    const found = await optionsOf(form.dataset.passkeyOptions, body);
    if (!found) return;
    const { challenge, options } = found;
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
    const proof = await navigator.credentials.get({ publicKey });
    form.elements.challenge.value = challenge;
    form.elements.passkey.value = JSON.stringify(proof.toJSON());
    form.requestSubmit();
  }

  // The part that a form stands in is replaced after each answer, so listen on the whole page.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-passkey-make], [data-passkey-use]");
    if (!button) return;
    const run = "passkeyMake" in button.dataset ? makePasskey : usePasskey;
    button.disabled = true;
    try {
      await run(button.form);
    } catch (error) {
      say(button.form, REFUSALS[error.name] ?? error.message);
    } finally {
      button.disabled = false;
    }
  });
}
