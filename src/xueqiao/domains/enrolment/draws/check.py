"""Check a published folder from nothing but its files: what `xueqiao draw verify` does."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from xueqiao.domains.enrolment.draws import folder, lottery
from xueqiao.domains.enrolment.draws.folder import FolderWrong


@dataclass
class Check:
    """What was found. wrong: file name and reason of everything that does not fit, in the order of finding."""

    wrong: list[tuple[str, str]] = field(default_factory=list)
    entries: int = 0
    winners: int = 0
    seats_given: int = 0
    passes: int = 0
    seed: str = ""
    list_root: str = ""
    freeze_hash: str = ""
    draw_hash: str = ""
    result_hash: str = ""
    is_without_secret: bool = False

    @property
    def is_sound(self) -> bool:
        return not self.wrong


def check_folder(at: Path) -> Check:
    """Recompute everything a draw claims. Never raises for a wrong folder: it says which file and why."""
    check = Check()
    try:
        draw = _draw_and_files(at, check)
        freeze = _json(at, folder.FREEZE)
        _frozen(at, freeze, check)
        seed = _seed(at, freeze, draw, check)
        if check.is_sound:
            _again(at, seed, draw, check)
    except FolderWrong as wrong:
        if (wrong.file, wrong.why) not in check.wrong:
            check.wrong.append((wrong.file, wrong.why))
    except (KeyError, TypeError, AttributeError, ValueError) as reason:
        check.wrong.append((folder.DRAW, f"a field is missing or of another kind: {reason}"))
    return check


def _json(at: Path, name: str) -> dict[str, Any]:
    return folder.read_sealed_json(name, _bytes(at, name))


def _bytes(at: Path, name: str) -> bytes:
    try:
        return (at / name).read_bytes()
    except OSError as reason:
        raise FolderWrong(name, "is missing") from reason


def _draw_and_files(at: Path, check: Check) -> dict[str, Any]:
    draw = _json(at, folder.DRAW)
    check.draw_hash = sha256(_bytes(at, folder.DRAW)).hexdigest()
    for name, expected in sorted(draw["files"].items()):
        try:
            if "/" in name or "\\" in name:
                raise OSError
            with (at / name).open("rb") as opened:
                found = file_digest(opened, "sha256").hexdigest()
        except OSError:
            check.wrong.append((name, "is missing"))
            continue
        if found != expected:
            check.wrong.append((name, "is not the file that was published: its SHA-256 differs"))
    for name in (folder.RULES, folder.CLASSES, folder.ENTRIES, folder.FREEZE, folder.RESULT):
        if name not in draw["files"]:
            check.wrong.append((folder.DRAW, f"does not name {name}"))
    if (at / folder.REPORT).exists():
        try:
            _json(at, folder.REPORT)
        except FolderWrong as wrong:
            check.wrong.append((wrong.file, wrong.why))
    return draw


def _frozen(at: Path, freeze: dict[str, Any], check: Check) -> None:
    digest, root = folder.hash_and_root(at / folder.ENTRIES)
    check.list_root = root.hex()
    for name, expected, found in (
        (folder.ENTRIES, freeze["list_sha256"], digest.hex()),
        (folder.ENTRIES, freeze["list_root"], root.hex()),
        (folder.CLASSES, freeze["classes_sha256"], sha256(_bytes(at, folder.CLASSES)).hexdigest()),
        (folder.RULES, freeze["rules_sha256"], sha256(_bytes(at, folder.RULES)).hexdigest()),
    ):
        if expected != found:
            check.wrong.append((name, "is not what was frozen before the public value fell"))
    if not freeze["wishes_closed_at"] <= freeze["frozen_at"] < freeze["source"]["due_at"]:
        check.wrong.append((folder.FREEZE, "the list was not frozen between the last wish and the public value"))


def _seed(at: Path, freeze: dict[str, Any], draw: dict[str, Any], check: Check) -> bytes:
    freeze_hash = sha256(_bytes(at, folder.FREEZE)).digest()
    check.freeze_hash = freeze_hash.hex()
    secret = bytes.fromhex(draw["secret"])
    check.is_without_secret = not secret
    if draw["freeze_sha256"] != check.freeze_hash:
        check.wrong.append((folder.DRAW, "belongs to another freeze"))
    if draw["typed_at"] < freeze["source"]["due_at"] or draw["drawn_at"] < draw["confirmed_at"]:
        check.wrong.append((folder.DRAW, "the public value was typed before it could be known"))
    if secret and sha256(secret).hexdigest() != freeze["commitment"]:
        check.wrong.append((folder.DRAW, "the secret is not the one that was committed to"))
    if not secret and not draw["withheld_because"]:
        check.wrong.append((folder.DRAW, "the secret is missing and no reason is given"))
    seed = lottery.seed_of(
        list_root=bytes.fromhex(freeze["list_root"]),
        freeze_hash=freeze_hash,
        source_value=draw["source_value"],
        secret=secret,
    )
    check.seed = seed.hex()
    if draw["seed"] != check.seed:
        check.wrong.append((folder.DRAW, "the seed does not follow from list, public value and secret"))
    return seed


def _again(at: Path, seed: bytes, draw: dict[str, Any], check: Check) -> None:
    desks, buckets = folder.read_classes(_bytes(at, folder.CLASSES))
    ballot = folder.read_entries(at / folder.ENTRIES, desks, buckets)
    outcome = lottery.take_turns(ballot, desks, lottery.drawn_order(ballot, seed))
    check.entries, check.passes, check.seats_given = len(ballot), outcome.passes, outcome.seats_given
    check.winners = len(outcome.won) - outcome.won.count(lottery.NOTHING)
    whole, line = sha256(), 0
    with (at / folder.RESULT).open("rb") as published:
        for block in folder.result_blocks(ballot, desks, outcome):
            whole.update(block)
            found = published.read(len(block))
            if found != block:
                pairs = zip(block.split(b"\n"), [*found.split(b"\n"), b""], strict=False)
                wrong = (number for number, (ours, theirs) in enumerate(pairs) if ours != theirs)
                line += next(wrong, block.count(b"\n") - 1)
                check.wrong.append((folder.RESULT, f"line {line} is not what the draw gives"))
                return
            line += block.count(b"\n")
        if published.read(1):
            check.wrong.append((folder.RESULT, "has more lines than there are entries"))
    check.result_hash = whole.hexdigest()
    if draw["result_sha256"] != check.result_hash:
        check.wrong.append((folder.DRAW, "names another result"))
    if (draw["winners"], draw["seats_given"], draw["passes"]) != (check.winners, check.seats_given, check.passes):
        check.wrong.append((folder.DRAW, "counts do not fit the result"))
