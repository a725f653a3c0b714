// Hands the server's options to the browser's passkey dialog and posts the answer. Nothing here decides anything.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const button = form.querySelector("button");
  const failed = document.querySelector("[data-passkey-failed]");
  button.hidden = false;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const options = JSON.parse(form.dataset.options).publicKey;
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const one of list || []) one.id = bytes(one.id);
  }
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const made = await navigator.credentials[form.dataset.passkey]({ publicKey: options });
      const said = made.response;
      form.elements.answer.value = JSON.stringify({
        id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {},
        response: {
          clientDataJSON: text(said.clientDataJSON),
          attestationObject: text(said.attestationObject) || undefined,
          authenticatorData: text(said.authenticatorData) || undefined,
          signature: text(said.signature) || undefined,
        },
      });
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
})();
