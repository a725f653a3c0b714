// The checking page: takes the files (chosen by hand, or from the site it lies on) to XueqiaoDraw and says what came out.
(function () {
  "use strict";
  const start = () => {
    const form = document.getElementById("check");
    if (!form) return;
    const out = document.getElementById("check-out");
    const chosen = document.getElementById("check-files");
    const button = form.querySelector("button");
    const labels = form.dataset;
    const line = (parent, tag, text, className) => {
      const node = document.createElement(tag);
      node.textContent = text;
      if (className) node.className = className;
      parent.appendChild(node);
      return node;
    };
    const pause = async (step, count) => {
      out.textContent = (labels[step] || step) + (count ? " " + count.toLocaleString() : "");
      await new Promise((done) => setTimeout(done, 0));
    };
    async function filesChosen() {
      const files = new Map();
      for (const file of chosen.files) files.set(file.name, new Uint8Array(await file.arrayBuffer()));
      return files;
    }
    async function filesFetched() {
      const files = new Map();
      for (const name of labels.names.split(" ")) {
        const answer = await fetch(labels.from + name);
        if (answer.ok) files.set(name, new Uint8Array(await answer.arrayBuffer()));
      }
      return files;
    }
    const show = (found) => {
      out.textContent = "";
      out.className = "notice " + (found.is_sound ? "success" : "error");
      line(out, "h2", found.is_sound ? labels.good : labels.bad);
      if (!found.is_sound) {
        const list = line(out, "ul", "");
        for (const [name, why] of found.wrong) line(list, "li", name + ": " + why);
        return;
      }
      line(out, "p", labels.said.replace("{entries}", found.entries.toLocaleString())
        .replace("{winners}", found.winners.toLocaleString()));
      const list = line(out, "dl", "", "fingerprints");
      for (const key of ["list", "freeze", "result"]) {
        line(list, "dt", labels["word" + key[0].toUpperCase() + key.slice(1)]);
        line(list, "dd", found.fingerprints[key], "fingerprint");
      }
      if (found.is_without_secret) line(out, "p", labels.without);
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      out.className = "notice info";
      await pause("reading", 0);
      try {
        show(await XueqiaoDraw.checkDraw(labels.from ? await filesFetched() : await filesChosen(), pause));
      } catch (reason) {
        out.className = "notice error";
        out.textContent = String(reason);
      }
      button.disabled = false;
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
