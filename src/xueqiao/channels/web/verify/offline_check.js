// Checks a certificate without any network. Shipped inside the page somebody saved; nothing is loaded and nothing sent.
// Three forms: the credential (.json, proof eddsa-jcs-2022), a vc+jwt token, the text of the QR code on paper.
"use strict";
const KNOWN = JSON.parse(document.getElementById("known").textContent);
const WORDS = JSON.parse(document.getElementById("words").textContent);
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const utf8 = text => new TextEncoder().encode(text);
const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
};

function fromBase58(text) {
  let number = 0n;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) { throw new Error("base58"); }
    number = number * 58n + BigInt(value);
  }
  const bytes = [];
  while (number) { bytes.unshift(Number(number & 255n)); number >>= 8n; }
  for (const letter of text) { if (letter !== "1") { break; } bytes.unshift(0); }
  return new Uint8Array(bytes);
}

function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) { throw new Error("base64url"); }
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(plain, letter => letter.charCodeAt(0));
  if (btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") !== text) { throw new Error("base64url"); }
  return bytes;
}

// RFC 8785: JavaScript's own numbers and texts, names sorted by UTF-16 code units, which is how JavaScript sorts.
function canonical(value) {
  if (Array.isArray(value)) { return "[" + value.map(canonical).join(",") + "]"; }
  if (value && typeof value === "object") {
    return "{" + Object.keys(value).sort().map(key => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
  }
  return JSON.stringify(value);
}

const sha = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));

// -- Ed25519 (RFC 8032): by the browser where it can, else by arithmetic on whole numbers.
const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a, m = P) => ((a % m) + m) % m;
function power(base, exponent) {
  let result = 1n;
  for (base = mod(base); exponent; exponent >>= 1n, base = mod(base * base)) {
    if (exponent & 1n) { result = mod(result * base); }
  }
  return result;
}
const D = mod(-121665n * power(121666n, P - 2n)), ROOT = power(2n, (P - 1n) / 4n);
const little = bytes => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
function point(bytes) {
  const sign = bytes[31] >> 7, y = little(bytes) & ((1n << 255n) - 1n);
  if (y >= P) { return null; }
  const y2 = mod(y * y), u = mod(y2 - 1n), v = mod(D * y2 + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) { x = mod(x * ROOT); }
  if (mod(v * x * x) !== u || (x === 0n && sign)) { return null; }
  if (Number(x & 1n) !== sign) { x = mod(-x); }
  return [x, y, 1n, mod(x * y)];
}
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * t1 * t2 * D), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}
function times(p, k) {
  let sum = [0n, 1n, 1n, 0n];
  for (; k; k >>= 1n, p = add(p, p)) { if (k & 1n) { sum = add(sum, p); } }
  return sum;
}
const BASE = point(Uint8Array.from([0x58, ...Array(31).fill(0x66)]));
async function goodByArithmetic(key, signature, message) {
  const r = point(signature.slice(0, 32)), s = little(signature.slice(32)), a = point(key);
  if (!r || !a || s >= L) { return false; }
  const h = mod(little(await sha("SHA-512", joined(signature.slice(0, 32), key, message))), L);
  const left = times(BASE, s), right = add(r, times(a, h));
  return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
}
async function isGood(key, signature, message) {
  if (signature.length !== 64) { return false; }
  if (!window.onlyArithmetic) {
    try {
      const own = await crypto.subtle.importKey("raw", key, {name: "Ed25519"}, false, ["verify"]);
      return await crypto.subtle.verify({name: "Ed25519"}, own, signature, message);
    } catch (reason) { /* this browser does not know Ed25519 yet */ }
  }
  return goodByArithmetic(key, signature, message);
}
function keyOf(multikey) {
  const raw = multikey[0] === "z" ? fromBase58(multikey.slice(1)) : new Uint8Array();
  if (raw.length !== 34 || raw[0] !== 0xed || raw[1] !== 0x01) { throw new Error("key"); }
  return raw.slice(2);
}

// -- the three forms; each returns what it says and who signed it, or throws
async function fromPaper(text) {
  const [, words, multikey, signature] = text.split(".");
  const content = fromBase64url(words);
  const message = joined(utf8("xueqiao.credits.paper.v1\0"), content);
  if (!await isGood(keyOf(multikey), fromBase64url(signature), message)) { throw new Error("signature"); }
  const [code, name, title, place, day, minutes, hundredths, list, index] = JSON.parse(new TextDecoder().decode(content));
  return {did: "did:key:" + multikey, code, name, title, place, day, minutes, hundredths, list: String(list), index};
}
function read(credential, did) {
  const subject = credential.credentialSubject, about = subject.achievement;
  const name = subject.identifier.find(entry => entry.identityType === "name").identityHash;
  if (credential.issuer.id !== did) { throw new Error("issuer"); }
  const hours = about.resultDescription.find(entry => entry.name === "学时").id;
  const status = credential.credentialStatus;
  const found = status ? /\/status\/(\d+)\/revocation\/$/.exec(status.statusListCredential) : null;
  return {
    did, code: subject.licenseNumber, name, title: about.name, place: about.creator.name,
    day: new Date(Date.parse(credential.validFrom) + 8 * 3600e3).toISOString().slice(0, 10),
    minutes: Math.round(60 * Number(subject.result.find(entry => entry.resultDescription === hours).value)),
    hundredths: Math.round(subject.creditsEarned * 100),
    list: found ? found[1] : "0", index: found ? Number(status.statusListIndex) : -1
  };
}
async function fromCredential(text) {
  const {proof, ...document} = JSON.parse(text);
  const own = [].concat(proof).find(entry => entry.cryptosuite === "eddsa-jcs-2022");
  if (!own) { throw new Error("old"); }
  const {proofValue, ...options} = own;
  if (own.type !== "DataIntegrityProof" || own.proofPurpose !== "assertionMethod") { throw new Error("proof"); }
  if (canonical(own["@context"]) !== canonical(document["@context"])) { throw new Error("context"); }
  const message = joined(await sha("SHA-256", utf8(canonical(options))), await sha("SHA-256", utf8(canonical(document))));
  const [did, multikey] = own.verificationMethod.split("#");
  if (did !== "did:key:" + multikey) { throw new Error("method"); }
  if (!await isGood(keyOf(multikey), fromBase58(proofValue.slice(1)), message)) { throw new Error("signature"); }
  return read(document, did);
}
async function fromToken(text) {
  const [head, body, signature] = text.split(".");
  const header = JSON.parse(new TextDecoder().decode(fromBase64url(head)));
  if (header.alg !== "EdDSA" || header.typ !== "vc+jwt") { throw new Error("token"); }
  const [did, multikey] = header.kid.split("#");
  if (did !== "did:key:" + multikey) { throw new Error("method"); }
  if (!await isGood(keyOf(multikey), fromBase64url(signature), utf8(head + "." + body))) { throw new Error("signature"); }
  return read(JSON.parse(new TextDecoder().decode(fromBase64url(body))), did);
}

async function bitOf(list, purpose, index) {
  const encoded = KNOWN.lists[list] && KNOWN.lists[list][purpose];
  if (!encoded || index < 0) { return null; }
  const packed = new Blob([fromBase64url(encoded.slice(1))]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bits = new Uint8Array(await new Response(packed).arrayBuffer());
  return Boolean(bits[index >> 3] & (0x80 >> (index & 7)));
}

async function verdictOf(given) {
  const text = given.trim();
  let said;
  try {
    const paper = /XQ1\.[A-Za-z0-9_.-]+$/.exec(text);
    said = text[0] === "{" ? await fromCredential(text) : paper ? await fromPaper(paper[0]) : await fromToken(text);
  } catch (reason) {
    return {state: reason.message === "old" ? "old" : "invalid"};
  }
  const key = KNOWN.keys.find(entry => entry.did === said.did);
  if (!key) { return {state: "foreign", said}; }
  if (key.stolen_at) { return {state: "stolen", said}; }
  if (await bitOf(said.list, "revocation", said.index)) { return {state: "revoked", said}; }
  if (await bitOf(said.list, "suspension", said.index)) { return {state: "suspended", said}; }
  return {state: "valid", said};
}

// -- the page
const answer = document.getElementById("answer");
function line(label, value) {
  const row = document.createElement("div"), term = document.createElement("dt"), words = document.createElement("dd");
  term.textContent = label;
  words.textContent = value;
  row.append(term, words);
  return row;
}
async function show(text) {
  const {state, said} = await verdictOf(text);
  answer.dataset.state = state;
  answer.replaceChildren();
  const head = document.createElement("h2"), more = document.createElement("p");
  head.textContent = WORDS.head[state];
  more.textContent = WORDS.more[state];
  answer.append(head, more);
  if (said) {
    const facts = document.createElement("dl");
    const values = {
      name: said.name, title: said.title, place: said.place, hours: Math.round(said.minutes / 6) / 10,
      credits: said.hundredths / 100, day: said.day, code: said.code
    };
    for (const [key, value] of Object.entries(values)) { facts.append(line(WORDS.facts[key], String(value))); }
    answer.append(facts);
  }
  answer.hidden = false;
  answer.focus();
}
document.getElementById("check").addEventListener("submit", event => {
  event.preventDefault();
  show(document.getElementById("text").value);
});
document.getElementById("file").addEventListener("change", async event => {
  const file = event.target.files[0];
  if (!file) { return; }
  if (file.type.startsWith("image/")) {
    if (!("BarcodeDetector" in window)) { answer.textContent = WORDS.no_camera; answer.hidden = false; return; }
    const found = await new BarcodeDetector({formats: ["qr_code"]}).detect(await createImageBitmap(file));
    show(found.length ? found[0].rawValue : "");
  } else {
    show(await file.text());
  }
});
