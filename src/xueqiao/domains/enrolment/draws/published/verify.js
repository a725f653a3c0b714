// Re-run a published draw of places in the browser (or in Node). Written from the description of the format
// "xueqiao-draw/1" alone; it shares no line with the program that held the draw. No network, nothing to install.
(function (home) {
  "use strict";
  const NEEDED = ["rules.json", "classes.csv", "entries.csv", "freeze.json", "result.csv", "draw.json"];
  const CHARACTERS =
    "爱安八白半帮宝北本笔边表冰波布菜仓草册层茶柴产长朝车晨城池虫" +
    "初船窗吹春词葱村大带丹刀德灯地电雕蝶丁东豆读星对多鹅耳法帆方" +
    "飞分风福改甘港高歌根耕工沟古瓜关光桂果海寒航好河黑横红竹湖花" +
    "怀环黄回火鸡家见江角节金京九菊卷军开看康考课空口库鱼心矿葵昆" +
    "阔拉来兰浪老乐雷冷李莲两料林零六龙楼路轮落绿马麦满忙毛梅门梦" +
    "米面苗民明墨木南脑能泥年鸟宁牛农暖藕排盘跑盆朋皮片票品平坡雪" +
    "七千墙桥琴青秋曲泉雀群热人日荣月云软瑞润洒赛三桑扫色森沙山上" +
    "勺舌深升石手书双水顺舟四松苏算岁笋锁塔台谈糖桃藤题天条铁亭铜" +
    "头土团推瓦外万王卫文五西夏先羊中";
  const bytesOf = (text) => new TextEncoder().encode(text);
  const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

  // ---- SHA-256 (FIPS 180-4), for the many short texts; whole files go through WebCrypto where the browser has it
  const K = new Int32Array(64);
  const START = new Int32Array(8);
  (function () {
    const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
    let found = 0;
    for (let n = 2; found < 64; n++) {
      let prime = true;
      for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
      if (!prime) continue;
      if (found < 8) START[found] = fraction(Math.sqrt(n));
      K[found++] = fraction(Math.cbrt(n));
    }
  })();
  const W = new Int32Array(64);
  const h = new Int32Array(8);
  const last = new Uint8Array(128);
  const lastView = new DataView(last.buffer);
  function sha256(message) {
    const blocks = ((message.length + 8) >> 6) + 1;
    const whole = message.length >> 6;
    const rest = message.length - (whole << 6);
    const end = (blocks - whole) * 64;
    h.set(START);
    last.fill(0, 0, end);
    for (let i = 0; i < rest; i++) last[i] = message[(whole << 6) + i];
    last[rest] = 0x80;
    lastView.setUint32(end - 8, Math.floor(message.length / 536870912));
    lastView.setUint32(end - 4, (message.length << 3) >>> 0);
    for (let block = 0; block < blocks; block++) {
      const source = block < whole ? message : last;
      const at = block < whole ? block << 6 : (block - whole) << 6;
      for (let i = 0; i < 16; i++) {
        const o = at + 4 * i;
        W[i] = (source[o] << 24) | (source[o + 1] << 16) | (source[o + 2] << 8) | source[o + 3];
      }
      for (let i = 16; i < 64; i++) {
        const x = W[i - 15], y = W[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
      }
      let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], z = h[7];
      for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (z + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        z = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += z;
    }
    const out = new Uint8Array(32);
    for (let i = 0; i < 32; i++) out[i] = h[i >> 2] >>> (24 - 8 * (i & 3));
    return out;
  }
  const subtle = home.crypto && home.crypto.subtle;
  async function hashFile(bytes) {
    return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256(bytes);
  }

  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  };
  function join(...parts) {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { out.set(part, at); at += part.length; }
    return out;
  }
  function before(a, b) {
    for (let i = 0; i < 32; i++) if (a[i] !== b[i]) return a[i] - b[i];
    return 0;
  }
  function words(digest) {
    const said = Array.from(digest.subarray(0, 16), (byte) => Array.from(CHARACTERS)[byte]);
    return [0, 4, 8, 12].map((at) => said.slice(at, at + 4).join("")).join(" ");
  }

  class Wrong extends Error {
    constructor(file, why) { super(file + ": " + why); this.file = file; this.why = why; }
  }

  const TAIL = / "sha256_above": "([0-9a-f]{64})"\n}\n$/;
  async function readJson(files, name) {
    const raw = files.get(name);
    if (!raw) throw new Wrong(name, "is missing");
    const length = 18 + 64 + 4;
    const tail = TAIL.exec(String.fromCharCode(...raw.subarray(Math.max(0, raw.length - length))));
    const head = raw.subarray(0, Math.max(0, raw.length - length));
    if (!tail || tail[1] !== hex(await hashFile(head))) {
      throw new Wrong(name, "was changed: the hash in its last line does not fit");
    }
    const content = JSON.parse(textOf(raw));
    if (content.format !== "xueqiao-draw/1") throw new Wrong(name, "has another format than xueqiao-draw/1");
    return content;
  }

  function table(files, name, head) {
    const text = textOf(files.get(name));
    const lines = text.split("\n");
    if ((head && lines[0] !== head) || lines.pop() !== "") throw new Wrong(name, "head or end of the file");
    return { head: lines[0].split(","), rows: lines.slice(1).map((line) => line.split(",")) };
  }

  async function treeRoot(raw, pause) {
    let level = [];
    let start = raw.indexOf(10) + 1;
    while (start < raw.length) {
      const end = raw.indexOf(10, start);
      level.push(sha256(join(Uint8Array.of(0), raw.subarray(start, end))));
      start = end + 1;
      if (level.length % 20000 === 0) await pause("tree", level.length);
    }
    if (!level.length) return new Uint8Array(32);
    while (level.length > 1) {
      const above = [];
      for (let i = 0; i + 1 < level.length; i += 2) above.push(sha256(join(Uint8Array.of(1), level[i], level[i + 1])));
      if (level.length % 2) above.push(level[level.length - 1]);
      level = above;
    }
    return level[0];
  }

  async function shuffle(seed, entries, pause) {
    const message = new Uint8Array(65);
    message.set(seed, 0);
    for (let n = 0; n < entries.length; n++) {
      const entry = entries[n];
      message.set(entry.pseudonym, 32);
      for (let ball = 0; ball < entry.weight; ball++) {
        message[64] = ball;
        const number = sha256(message);
        if (!ball || before(number, entry.ball) < 0) entry.ball = number;
      }
      if (n % 20000 === 19999) await pause("balls", n + 1);
    }
    return entries.slice().sort((a, b) => a.turn - b.turn || before(a.ball, b.ball) || before(a.pseudonym, b.pseudonym));
  }

  function takeTurns(drawn, classes) {
    const start = classes.map((c) => ({ free: c.free, kept: c.kept.slice() }));
    for (let passes = 1; ; passes++) {
      const now = start.map((c) => ({ free: c.free, kept: c.kept.slice() }));
      for (const entry of drawn) {
        entry.won = -1;
        entry.wish = 0;
        for (let w = 0; w < entry.wishes.length && entry.won < 0; w++) {
          const seats = now[entry.wishes[w]];
          let within = seats.free;
          for (const b of entry.buckets) within += seats.kept[b];
          if (within < entry.size) continue;
          let need = entry.size;
          for (const b of entry.buckets) {
            const take = Math.min(need, seats.kept[b]);
            seats.kept[b] -= take;
            need -= take;
          }
          seats.free -= need;
          entry.won = entry.wishes[w];
          entry.wish = w + 1;
        }
      }
      let over = 0;
      now.forEach((seats, c) => seats.kept.forEach((count, b) => {
        over += count;
        start[c].kept[b] -= count;
        start[c].free += count;
      }));
      if (!over) return passes;
    }
  }

  function resultText(drawn, classes) {
    const waiting = classes.map(() => 0);
    const lines = ["position,number,outcome,class,wish,waiting"];
    drawn.forEach((entry, place) => {
      const start = place + 1 + "," + entry.number + ",";
      if (entry.won >= 0) lines.push(start + "won," + classes[entry.won].code + "," + entry.wish + ",");
      else lines.push(start + "lost,,," + entry.wishes.map((c) => ++waiting[c]).join(" "));
    });
    return lines.join("\n") + "\n";
  }

  // files: Map of name -> Uint8Array. pause(step, count): awaited now and then, to show progress. Never throws.
  async function checkDraw(files, pause) {
    pause = pause || (async () => {});
    const wrong = [];
    const say = (file, why) => { if (!wrong.some((w) => w[0] === file && w[1] === why)) wrong.push([file, why]); };
    const facts = {};
    try {
      await check(files, pause, say, facts, wrong);
    } catch (reason) {
      if (reason instanceof Wrong) say(reason.file, reason.why);
      else say("draw.json", "or a file it names breaks the format: " + reason.message);
    }
    return { is_sound: wrong.length === 0, wrong: wrong, ...facts };
  }

  async function check(files, pause, say, facts, wrong) {
    const draw = await readJson(files, "draw.json");
    for (const name of Object.keys(draw.files).sort()) {
      if (!files.get(name)) say(name, "is missing");
      else if (hex(await hashFile(files.get(name))) !== draw.files[name]) say(name, "was changed: its SHA-256 differs");
    }
    for (const name of NEEDED) if (!files.get(name)) say(name, "is missing");
    if (files.get("report.json")) await readJson(files, "report.json");
    const freeze = await readJson(files, "freeze.json");
    if (wrong.length) return;
    await pause("files", 0);
    const hashes = {};
    for (const name of NEEDED) hashes[name] = await hashFile(files.get(name));
    const root = await treeRoot(files.get("entries.csv"), pause);
    if (freeze.list_sha256 !== hex(hashes["entries.csv"]) || freeze.list_root !== hex(root) ||
        freeze.classes_sha256 !== hex(hashes["classes.csv"]) || freeze.rules_sha256 !== hex(hashes["rules.json"])) {
      say("freeze.json", "does not describe the list, the classes and the rules of this folder");
    }
    const moments = [freeze.wishes_closed_at, freeze.frozen_at, freeze.source.due_at, draw.typed_at, draw.confirmed_at];
    if (moments.some((m, i) => i && moments[i - 1] > m) || freeze.frozen_at === freeze.source.due_at) {
      say("draw.json", "the moments are not in order: last wish, freeze, public value, typed, confirmed");
    }
    const secret = unhex(draw.secret);
    if (secret.length ? hex(sha256(secret)) !== freeze.commitment : !draw.withheld_because) {
      say("draw.json", "the secret is not the one committed to at the freeze, or is missing without a reason");
    }
    const seed = sha256(join(bytesOf("xueqiao-draw/1 seed\n"), root, hashes["freeze.json"],
      sha256(bytesOf(draw.source_value)), secret));
    if (draw.freeze_sha256 !== hex(hashes["freeze.json"]) || draw.seed !== hex(seed)) {
      say("draw.json", "the seed does not follow from the freeze, the public value and the secret");
    }

    const board = table(files, "classes.csv");
    const buckets = board.head.slice(2);
    const classes = board.rows.map((row) => {
      const kept = row.slice(2).map(Number);
      return { code: row[0], kept: kept, free: Number(row[1]) - kept.reduce((a, b) => a + b, 0) };
    });
    const place = new Map(classes.map((c, at) => [c.code, at]));
    let last = "";
    const list = table(files, "entries.csv", "number,pseudonym,size,weight,turn,buckets,wishes");
    const entries = list.rows.map((row, at) => {
      const entry = { number: at + 1, pseudonym: unhex(row[1]), size: Number(row[2]), weight: Number(row[3]), turn: Number(row[4]) };
      entry.buckets = row[5] ? row[5].split(" ").map((name) => buckets.indexOf(name)).sort((a, b) => a - b) : [];
      entry.wishes = row[6].split(" ").map((code) => place.get(code));
      if (Number(row[0]) !== at + 1 || row[1] <= last || !(entry.size >= 1) || !(entry.weight >= 1 && entry.weight <= 255) ||
          ![1, 2].includes(entry.turn) || entry.wishes.includes(undefined) || entry.buckets.includes(-1)) {
        throw new Wrong("entries.csv", "line " + (at + 1) + " breaks the format");
      }
      last = row[1];
      return entry;
    });
    const drawn = await shuffle(seed, entries, pause);
    await pause("turns", entries.length);
    const passes = takeTurns(drawn, classes);
    const mine = resultText(drawn, classes);
    const theirs = textOf(files.get("result.csv"));
    if (mine !== theirs) {
      const given = theirs.split("\n");
      const first = mine.split("\n").findIndex((line, at) => line !== given[at]);
      say("result.csv", "is not what the draw gives; first difference in line " + first);
    }
    const winners = drawn.filter((entry) => entry.won >= 0);
    const given = winners.reduce((sum, entry) => sum + entry.size, 0);
    const digest = await hashFile(bytesOf(mine));
    if (draw.winners !== winners.length || draw.seats_given !== given || draw.passes !== passes ||
        draw.result_sha256 !== hex(digest)) {
      say("draw.json", "its counts or its hash of the result do not fit");
    }
    Object.assign(facts, {
      entries: entries.length, winners: winners.length, seats_given: given, passes: passes, seed: hex(seed),
      list_root: hex(root), freeze_sha256: hex(hashes["freeze.json"]), result_sha256: hex(digest),
      is_without_secret: secret.length === 0,
      fingerprints: { list: words(root), freeze: words(hashes["freeze.json"]), result: words(digest) },
    });
  }

  home.XueqiaoDraw = { checkDraw: checkDraw, sha256: sha256, words: words, hex: hex, NEEDED: NEEDED };
  if (typeof module !== "undefined" && module.exports) module.exports = home.XueqiaoDraw;
})(typeof globalThis !== "undefined" ? globalThis : this);
