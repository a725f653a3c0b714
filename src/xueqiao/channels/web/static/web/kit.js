// The counter without network: entries are signed by a key that never leaves this browser, kept in IndexedDB, and sent
// when there is a network. Nothing here decides anything: the server checks every signature, window and rule again.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const holder = at("kit-known");
  if (!holder || !window.crypto || !crypto.subtle || !window.indexedDB) return;
  let known = JSON.parse(holder.textContent);
  const say = (text) => { const line = at("kit-status"); line.textContent = text; line.hidden = false; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("xueqiao-kit", 2);
    asked.onupgradeneeded = (event) => {
      if (event.oldVersion < 1) asked.result.createObjectStore("device");
      // Two clerks on one machine are two devices: their numbers must not meet.
      const kept = asked.result.createObjectStore("kept", { keyPath: ["device", "number"] });
      if (event.oldVersion !== 1) return;
      asked.transaction.objectStore("entries").getAll().onsuccess = (read) => {
        for (const one of read.target.result) kept.put(one);
      };
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  // One transaction that is done only when it is on the disk: a receipt is never given for what could be lost.
  const store = async (name, mode, deed) => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const work = database.transaction(name, mode, { durability: "strict" });
      const asked = deed(work.objectStore(name));
      work.oncomplete = () => resolve(asked && asked.result);
      work.onerror = work.onabort = () => reject(work.error);
    });
  };
  // The next number, taken and counted on in one transaction: two tabs or a double press never get the same one.
  const takeNumber = async () => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const name = `clerk-${known.clerk}`;
      const work = database.transaction("device", "readwrite", { durability: "strict" });
      const asked = work.objectStore("device").get(name);
      asked.onsuccess = () => work.objectStore("device").put({ ...asked.result, next: asked.result.next + 1 }, name);
      work.oncomplete = () => resolve({ ...asked.result, number: asked.result.next });
      work.onerror = work.onabort = () => reject(work.error);
    });
  };
  const device = () => store("device", "readonly", (s) => s.get(`clerk-${known.clerk}`));
  const entries = () => store("kept", "readonly", (s) => s.getAll());
  const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

  const post = async (address, fields) => {
    const page = await fetch(location.pathname, { cache: "no-store", credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("kit-known");
    if (!fresh) throw new Error(known.words.signed_out);
    known = JSON.parse(fresh.textContent);
    const answer = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRFToken": known.token, Accept: "application/json" },
      body: new URLSearchParams(fields),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.title || known.words.signed_out);
    return said;
  };

  const register = async () => {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
    const said = await post(known.register, { public_key: base64(spki), label: navigator.platform || "" });
    await store("device", "readwrite", (s) => s.put({ uuid: said.device, key: pair.privateKey, next: 1 }, `clerk-${known.clerk}`));
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
    await show();
  };

  const signAndStore = async (round, learner, runs) => {
    const mine = await takeNumber();
    const signedAt = new Date().toISOString().replace("Z", "+00:00");
    const payload = JSON.stringify({ v: 1, device: mine.uuid, number: mine.number, round: round.code, learner, runs, signed_at: signedAt });
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, mine.key, new TextEncoder().encode(payload));
    const entry = { number: mine.number, device: mine.uuid, payload, signature: base64(signature), outcome: "", words: "", code: "" };
    await store("kept", "readwrite", (s) => s.add(entry));
    return mine;
  };

  const keep = async (event) => {
    event.preventDefault();
    const round = known.rounds.find((one) => one.code === at("kit-round").value);
    const learner = at("kit-learner").value.trim();
    const runs = [...document.querySelectorAll("#kit-wishes select")].map((box) => box.value).filter(Boolean);
    if (!learner || !runs.length || new Set(runs).size !== runs.length) { say(known.words.needs_number); return; }
    at("kit-learner").value = ""; // a second press finds an empty form
    let mine = null;
    try {
      mine = await signAndStore(round, learner, runs);
    } catch (reason) {
      at("kit-learner").value = learner;
      throw reason;
    }
    const number = mine.number;
    const code = `${mine.uuid.slice(-4).toUpperCase()}-${number}`;
    const titles = runs.map((run) => round.runs.find((one) => one.code === run).title);
    at("kit-receipt-code").textContent = code;
    at("kit-receipt-text").textContent = [round.title, learner, ...titles.map((title, i) => `${i + 1}. ${title}`), new Date().toLocaleString("zh-CN")].join(" · ");
    at("kit-receipt").hidden = false;
    for (const box of document.querySelectorAll("#kit-wishes select")) box.value = "";
    await show();
    say(fill(known.words.kept, { code }));
  };

  const sync = async () => {
    const mine = await device();
    const waiting = (await entries()).filter((one) => !one.outcome && one.device === mine.uuid);
    try {
      for (let from = 0; from < waiting.length; from += 50) {
        const part = waiting.slice(from, from + 50);
        const sent = JSON.stringify({ device: mine.uuid, entries: part.map(({ payload, signature }) => ({ payload, signature })) });
        const said = await post(known.sync, { sent });
        for (const line of said.lines) {
          const one = part.find((each) => each.number === line.number);
          if (one) await store("kept", "readwrite", (s) => s.put({ ...one, outcome: line.outcome, words: line.words, code: line.code }));
        }
      }
      await show();
    } catch (reason) {
      await show();
      say(reason instanceof TypeError ? known.words.no_network : reason.message);
    }
  };

  const choices = () => {
    const round = known.rounds.find((one) => one.code === at("kit-round").value) || known.rounds[0];
    const boxes = [];
    for (let rank = 1; round && rank <= round.most; rank += 1) {
      const field = document.createElement("div");
      field.className = "field";
      const label = document.createElement("label");
      label.htmlFor = `kit-wish-${rank}`;
      label.textContent = fill(known.words.wish, { n: rank });
      const box = document.createElement("select");
      box.id = label.htmlFor;
      box.add(new Option(known.words.none, ""));
      for (const run of round.runs) box.add(new Option(run.title, run.code));
      field.append(label, box);
      boxes.push(field);
    }
    at("kit-wishes").replaceChildren(...boxes);
  };

  const show = async () => {
    const mine = await device();
    const all = (await entries()).filter((one) => mine && one.device === mine.uuid).sort((a, b) => b.number - a.number);
    const waiting = all.filter((one) => !one.outcome).length;
    at("kit-register").hidden = Boolean(mine);
    at("kit-sync").hidden = !mine || !waiting;
    if (at("kit-form")) at("kit-form").hidden = !mine;
    say(!mine ? known.words.not_registered : waiting ? fill(known.words.waiting, { n: waiting }) : known.words.all_in);
    at("kit-list").replaceChildren(...all.slice(0, 60).map((one) => {
      const line = document.createElement("li");
      line.className = "row spread";
      const tag = document.createElement("span");
      tag.className = `tag ${{ entered: "good", late: "warn", refused: "bad" }[one.outcome] || ""}`;
      tag.textContent = one.outcome ? known.words[one.outcome] : fill(known.words.waiting, { n: 1 });
      const text = document.createElement("span");
      text.textContent = `${one.number}. ${JSON.parse(one.payload).learner} ${one.code} ${one.words}`;
      line.append(text, tag);
      return line;
    }));
  };

  at("kit-register").addEventListener("click", () => register().catch((reason) => say(reason instanceof TypeError ? known.words.no_network : reason.message)));
  at("kit-sync").addEventListener("click", sync);
  if (at("kit-form")) {
    at("kit-form").addEventListener("submit", (event) => keep(event).catch((reason) => say(reason.message)));
    at("kit-round").addEventListener("change", choices);
    choices();
  }
  addEventListener("online", sync);
  show();
})();
