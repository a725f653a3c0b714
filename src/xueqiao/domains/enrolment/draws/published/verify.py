#!/usr/bin/env python3
"""Re-run a published draw of places: python3 verify.py [FOLDER] [--json]
One file, Python 3.8 or later, nothing to install, no network. Written from the description of the format
"xueqiao-draw/1" alone; it shares no line with the program that held the draw. Exit 0: everything agrees. Exit 1: not.
"""

import hashlib
import json
import os
import sys

CHARACTERS = (
    "爱安八白半帮宝北本笔边表冰波布菜仓草册层茶柴产长朝车晨城池虫"
    "初船窗吹春词葱村大带丹刀德灯地电雕蝶丁东豆读星对多鹅耳法帆方"
    "飞分风福改甘港高歌根耕工沟古瓜关光桂果海寒航好河黑横红竹湖花"
    "怀环黄回火鸡家见江角节金京九菊卷军开看康考课空口库鱼心矿葵昆"
    "阔拉来兰浪老乐雷冷李莲两料林零六龙楼路轮落绿马麦满忙毛梅门梦"
    "米面苗民明墨木南脑能泥年鸟宁牛农暖藕排盘跑盆朋皮片票品平坡雪"
    "七千墙桥琴青秋曲泉雀群热人日荣月云软瑞润洒赛三桑扫色森沙山上"
    "勺舌深升石手书双水顺舟四松苏算岁笋锁塔台谈糖桃藤题天条铁亭铜"
    "头土团推瓦外万王卫文五西夏先羊中"
)


def sha(data):
    return hashlib.sha256(data).digest()


class Folder:
    def __init__(self, path):
        self.path, self.problems, self.facts = path, [], {}

    def wrong(self, name, why):
        self.problems += [(name, why)] if (name, why) not in self.problems else []

    def read(self, name):
        try:
            with open(os.path.join(self.path, name), "rb") as file:
                return file.read()
        except OSError:
            self.wrong(name, "is missing")
            return None

    def read_json(self, name):
        """JSON whose last member holds the SHA-256 of all bytes before its line."""
        raw = self.read(name) or b""
        cut = raw.rfind(b' "sha256_above": "')
        if cut < 0 or raw[cut:] != b' "sha256_above": "' + sha(raw[:cut]).hex().encode() + b'"\n}\n':
            self.wrong(name, "was changed: the hash in its last line does not fit")
            return None
        content = json.loads(raw.decode("utf-8"))
        if content.get("format") != "xueqiao-draw/1":
            self.wrong(name, "has another format than xueqiao-draw/1")
            return None
        return content


def tree_root(lines):
    level = [sha(b"\x00" + line) for line in lines] or [bytes(32)]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [sha(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)] + odd
    return level[0]


def rows_of(raw, head):
    text = raw.decode("ascii")
    if not text.startswith(head + "\n") or not text.endswith("\n"):
        raise ValueError("head or end of the file")
    return [line.split(",") for line in text.splitlines()[1:]]


def hold_draw(seed, entries, classes, buckets):
    """All turns; returns (entry number, class or None, wish) in drawn order, and how often the turns were taken."""
    drum = []
    for entry in entries:
        balls = [sha(seed + entry["pseudonym"] + bytes([k])) for k in range(entry["weight"])]
        drum.append((entry["turn"], min(balls), entry["pseudonym"], entry))
    drum.sort(key=lambda row: row[:3])
    kept = {(name, bucket): row[bucket] for name, row in classes.items() for bucket in buckets}
    free = {name: row["seats"] - sum(row[bucket] for bucket in buckets) for name, row in classes.items()}
    passes = 0
    while True:
        passes += 1
        now_free, now_kept, outcome = dict(free), dict(kept), []
        for *_, entry in drum:
            mine = [bucket for bucket in buckets if bucket in entry["buckets"]]
            for wish, name in enumerate(entry["wishes"], 1):
                need = entry["size"]
                if now_free[name] + sum(now_kept[name, bucket] for bucket in mine) < need:
                    continue
                for bucket in mine:
                    take = min(need, now_kept[name, bucket])
                    now_kept[name, bucket] -= take
                    need -= take
                now_free[name] -= need
                outcome.append((entry, name, wish))
                break
            else:
                outcome.append((entry, None, 0))
        for (name, bucket), over in now_kept.items():
            kept[name, bucket] -= over
            free[name] += over
        if not any(now_kept.values()):
            return outcome, passes


def result_of(outcome):
    lines, waiting = ["position,number,outcome,class,wish,waiting"], {}
    for position, (entry, name, wish) in enumerate(outcome, 1):
        if name is not None:
            lines.append("%d,%d,won,%s,%d," % (position, entry["number"], name, wish))
            continue
        waiting.update((wished, waiting.get(wished, 0) + 1) for wished in entry["wishes"])
        lines.append(
            "%d,%d,lost,,,%s" % (position, entry["number"], " ".join(str(waiting[w]) for w in entry["wishes"]))
        )
    return ("\n".join(lines) + "\n").encode("ascii")


def check(folder):
    draw = folder.read_json("draw.json")
    for name, expected in sorted((draw or {}).get("files", {}).items()):
        raw = folder.read(name)
        if raw is not None and sha(raw).hex() != expected:
            folder.wrong(name, "was changed: its SHA-256 is not the published one")
    freeze = folder.read_json("freeze.json")
    if os.path.exists(os.path.join(folder.path, "report.json")):
        folder.read_json("report.json")
    raw = {name: folder.read(name) for name in "rules.json classes.csv entries.csv freeze.json result.csv".split()}
    if folder.problems:
        return
    table = rows_of(raw["entries.csv"], "number,pseudonym,size,weight,turn,buckets,wishes")
    root = tree_root(raw["entries.csv"].split(b"\n")[1:-1])
    frozen = (sha(raw["entries.csv"]).hex(), root.hex(), sha(raw["classes.csv"]).hex(), sha(raw["rules.json"]).hex())
    if frozen != tuple(freeze[key] for key in ("list_sha256", "list_root", "classes_sha256", "rules_sha256")):
        folder.wrong("freeze.json", "does not describe the list, the classes and the rules of this folder")
    due, secret = freeze["source"]["due_at"], bytes.fromhex(draw["secret"])
    if not freeze["wishes_closed_at"] <= freeze["frozen_at"] < due <= draw["typed_at"] <= draw["confirmed_at"]:
        folder.wrong("draw.json", "the moments are not in order: last wish, freeze, public value, typed, confirmed")
    if sha(secret).hex() != freeze["commitment"] if secret else not draw["withheld_because"]:
        folder.wrong(
            "draw.json", "the secret is not the one committed to at the freeze, or is missing without a reason"
        )
    parts = (b"xueqiao-draw/1 seed\n", root, sha(raw["freeze.json"]), sha(draw["source_value"].encode("utf-8")), secret)
    seed = sha(b"".join(parts))
    if (draw["freeze_sha256"], draw["seed"]) != (parts[2].hex(), seed.hex()):
        folder.wrong("draw.json", "the seed does not follow from the freeze, the public value and the secret")
    head = raw["classes.csv"].decode("ascii").split("\n")[0].split(",")
    classes = {row[0]: dict(zip(head[1:], map(int, row[1:]))) for row in rows_of(raw["classes.csv"], ",".join(head))}
    entries, before = [], ""
    for number, row in enumerate(table, 1):
        fits = int(row[0]) == number and before < row[1] and row[4] in ("1", "2")
        if not (fits and int(row[2]) >= 1 and 1 <= int(row[3]) <= 255):
            folder.wrong("entries.csv", "line %d breaks the format" % number)
        before = row[1]
        entries.append({"number": number, "size": int(row[2]), "weight": int(row[3]), "turn": int(row[4])})
        entries[-1].update(pseudonym=bytes.fromhex(row[1]), buckets=row[5].split(), wishes=row[6].split())
    outcome, passes = hold_draw(seed, entries, classes, head[2:])
    again = result_of(outcome)
    if again != raw["result.csv"]:
        pairs = zip(again.split(b"\n"), raw["result.csv"].split(b"\n"))
        first = next((n for n, (mine, theirs) in enumerate(pairs) if mine != theirs), "last")
        folder.wrong("result.csv", "is not what the draw gives; first difference in line %s" % first)
    sizes = [entry["size"] for entry, name, _ in outcome if name is not None]
    counts = {"winners": len(sizes), "seats_given": sum(sizes), "passes": passes}
    if counts != {key: draw[key] for key in counts} or draw["result_sha256"] != sha(again).hex():
        folder.wrong("draw.json", "its counts or its hash of the result do not fit")
    folder.facts = {"entries": len(entries), "seed": seed.hex(), "list_root": root.hex(), **counts}
    folder.facts.update(
        freeze_sha256=draw["freeze_sha256"], result_sha256=sha(again).hex(), is_without_secret=not secret
    )


def run(folder):
    try:
        check(folder)
    except (ValueError, KeyError, TypeError, IndexError) as reason:
        folder.wrong("draw.json", "or a file it names breaks the format: %r" % reason)


def main(arguments):
    folder = Folder(next((a for a in arguments if not a.startswith("-")), os.path.dirname(os.path.abspath(__file__))))
    run(folder)
    if "--json" in arguments:
        print(json.dumps({"is_sound": not folder.problems, "wrong": folder.problems, **folder.facts}))
    else:
        print("\n".join("WRONG 不符  %s: %s" % pair for pair in folder.problems))
        print("\n".join("%s: %s" % pair for pair in folder.facts.items()))
        if not folder.problems:
            for key in ("list_root", "freeze_sha256", "result_sha256"):
                said = "".join(CHARACTERS[byte] for byte in bytes.fromhex(folder.facts[key])[:16])
                print("指纹 fingerprint %s: %s" % (key, " ".join(said[i : i + 4] for i in range(0, 16, 4))))
            print("全部一致，抽签可以重算。 Everything agrees.")
    return 1 if folder.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
