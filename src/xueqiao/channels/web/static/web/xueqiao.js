// Xueqiao's own few lines. Every page works without them.
"use strict";
(() => {
  const root = document.documentElement;
  const year = 365 * 24 * 3600;

  // Switch the look without a reload, so that a half-filled form stays as it is.
  for (const link of document.querySelectorAll("[data-look]")) {
    link.addEventListener("click", (event) => {
      const [name, value] = link.dataset.look.split(":");
      const secure = location.protocol === "https:" ? "; secure" : "";
      document.cookie = `${name}=${value}; path=/; max-age=${year}; samesite=lax${secure}`;
      root.dataset[name] = value;
      event.preventDefault();
    });
  }

  // Read aloud: by the device's own voice, shown only where there is one.
  const reader = document.querySelector("[data-read-aloud]");
  if (reader && "speechSynthesis" in window && "SpeechSynthesisUtterance" in window) {
    const speech = window.speechSynthesis;
    reader.hidden = false;
    const stop = () => { speech.cancel(); reader.setAttribute("aria-pressed", "false"); };
    const parts = () => {
      const wanted = "h1,h2,h3,p,li,dt,dd,legend,label,caption,td,th,.bignum,.when";
      const all = [...document.querySelectorAll("#main :is(" + wanted + ")")];
      return all.filter((e) => e.offsetParent && !all.some((o) => o !== e && o.contains(e)))
        .map((e) => e.innerText.replace(/\s+/g, " ").trim()).filter(Boolean);
    };
    reader.addEventListener("click", () => {
      if (reader.getAttribute("aria-pressed") === "true") { stop(); return; }
      speech.cancel();
      reader.setAttribute("aria-pressed", "true");
      const said = parts();
      said.forEach((text, i) => {
        const words = new SpeechSynthesisUtterance(text);
        words.lang = root.lang === "en" ? "en" : "zh-CN";
        words.rate = root.dataset.mode === "standard" ? 1 : 0.85;
        if (i === said.length - 1) words.onend = stop;
        speech.speak(words);
      });
      if (!said.length) stop();
    });
    addEventListener("pagehide", stop);
  }

  // Buttons that need scripts are hidden in the HTML and shown here.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // A form is sent once, however often the button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

  // A waiting page asks again by itself; in a hidden tab too, because who does not ask is not called.
  const waiting = document.querySelector("[data-refresh]");
  if (waiting) setTimeout(() => location.reload(), 1000 * Number(waiting.dataset.refresh));

  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  if ("serviceWorker" in navigator && (location.protocol === "https:" || ["127.0.0.1", "localhost"].includes(location.hostname))) {
    addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
  }
})();
