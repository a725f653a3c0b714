// Finds the number whose SHA-256 fits (altcha's protocol) before the form is sent. Without it the page asks to wait.
"use strict";
(() => {
  const form = document.querySelector("form[data-effort]");
  if (!form || !form.dataset.effort || !window.crypto || !crypto.subtle) return;
  const task = JSON.parse(form.dataset.effort);
  const encoder = new TextEncoder();
  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const solve = async () => {
    const step = 256;
    for (let from = 0; from <= task.maxNumber; from += step) {
      const numbers = Array.from({ length: Math.min(step, task.maxNumber - from + 1) }, (_, i) => from + i);
      const hashes = await Promise.all(numbers.map((n) => crypto.subtle.digest("SHA-256", encoder.encode(task.salt + n))));
      const found = hashes.findIndex((h) => hex(h) === task.challenge);
      if (found >= 0) return from + found;
    }
    return -1;
  };
  const hint = form.querySelector("[data-effort-hint]");
  const working = form.querySelector("[data-effort-working]");
  if (hint) hint.hidden = true;
  const answer = solve().then((number) => number < 0 ? "" : btoa(JSON.stringify({
    algorithm: task.algorithm, challenge: task.challenge, number, salt: task.salt, signature: task.signature,
  })));
  form.addEventListener("submit", async (event) => {
    if (form.elements.proof) return;
    event.preventDefault();
    const pressed = event.submitter;
    if (working) working.hidden = false;
    const proof = await answer;
    const put = (name, value) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    };
    put("proof", proof);
    if (pressed && pressed.name) put(pressed.name, pressed.value);
    form.submit();
  });
})();
