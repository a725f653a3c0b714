"""Write what is published: at the freeze, and after the draw. The draw reads the published list and nothing else.

A round's folder holds `files/`, which anybody may take, and `index/`, which is derived from it and makes one page or
one receipt quick. A file is flushed to the disk before the round's row says that it is there; small ones are written
beside their place and renamed.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws import lottery
from xueqiao.domains.enrolment.draws.fingerprint import fingerprint
from xueqiao.domains.enrolment.draws.folder import FolderWrong
from xueqiao.domains.enrolment.draws.lottery import Desk, Outcome

PUBLISHED, INDEX = "files", "index"
_HERE = Path(__file__).parent / "published"
TOOLS = ("README.txt", "verify.py", "verify.html")


@dataclass(frozen=True)
class FrozenRound:
    """What the freeze publishes about a round besides the list. rules: as they stood when it opened."""

    code: str
    title: str
    institution: str
    rules: dict[str, Any]
    wishes_closed_at: datetime
    frozen_at: datetime
    source_kind: str
    source_name: str
    source_due_at: datetime


@dataclass(frozen=True)
class Frozen:
    """keys: what the caller knows the tickets by, in the order of their lines."""

    count: int
    people: int
    list_hash: bytes
    list_root: bytes
    freeze_hash: bytes
    commitment: bytes
    keys: Sequence[str]


@dataclass(frozen=True)
class PublicValue:
    """The public value as published, and when each of the two people had typed it."""

    value: str
    typed_at: datetime
    confirmed_at: datetime


@dataclass(frozen=True)
class Drawn:
    """desks: the classes by the indexes `outcome` uses."""

    seed: bytes
    outcome: Outcome
    desks: Sequence[Desk]
    result_hash: bytes
    draw_hash: bytes


def write_freeze(
    at: Path,
    *,
    round_: FrozenRound,
    desks: Sequence[Desk],
    buckets: Sequence[str],
    rows: Iterable[str],
    secret: bytes,
) -> Frozen:
    """Publish the list, the classes, the rules and the commitment. What an earlier attempt left is replaced.

    rows: tickets as `folder.row_of` writes them, in any order.
    """
    public, index = at / PUBLISHED, at / INDEX
    if (public / files.DRAW).exists():
        raise FolderWrong(files.DRAW, "this round was drawn already")
    for folder in (public, index):
        folder.mkdir(parents=True, exist_ok=True)
    frozen = files.write_rows(rows, public / files.ENTRIES, index / files.ENTRIES)
    classes = files.classes_bytes(desks, buckets)
    rules = files.sealed_json({"format": files.FORMAT, "kind": "rules", "round": round_.code} | round_.rules)
    commitment = sha256(secret).digest()
    freeze = files.sealed_json(
        {
            "format": files.FORMAT,
            "kind": "freeze",
            "round": round_.code,
            "title": round_.title,
            "institution": round_.institution,
            "wishes_closed_at": files.moment(round_.wishes_closed_at),
            "frozen_at": files.moment(round_.frozen_at),
            "source": {
                "kind": round_.source_kind,
                "name": round_.source_name,
                "due_at": files.moment(round_.source_due_at),
            },
            "entries": frozen.count,
            "people": frozen.people,
            "list_sha256": frozen.hash.hex(),
            "list_root": frozen.root.hex(),
            "classes_sha256": sha256(classes).hexdigest(),
            "rules_sha256": sha256(rules).hexdigest(),
            "commitment": commitment.hex(),
            "fingerprints": {"list": fingerprint(frozen.root), "commitment": fingerprint(commitment)},
        }
    )
    _flush(public / files.ENTRIES)
    for name, content in ((files.CLASSES, classes), (files.RULES, rules), (files.FREEZE, freeze)):
        _write(public / name, content)
    for name in TOOLS:
        _write(public / name, tool_bytes(name))
    _flush(public)
    return Frozen(
        frozen.count, frozen.people, frozen.hash, frozen.root, sha256(freeze).digest(), commitment, frozen.keys
    )


def write_draw(
    at: Path,
    *,
    value: PublicValue,
    secret: bytes,
    withheld_because: str,
    drawn_at: datetime,
    list_hash: bytes | None = None,
) -> Drawn:
    """Hold the draw over the published list and publish the result. Raises FolderWrong when it is not the frozen one.

    list_hash: what the database remembers from the freeze; None trusts the folder (verifiers, tests).
    """
    public, index = at / PUBLISHED, at / INDEX
    freeze_raw = (public / files.FREEZE).read_bytes()
    freeze = files.read_sealed_json(files.FREEZE, freeze_raw)
    expected = freeze["list_sha256"] if list_hash is None else list_hash.hex()
    if not _hash_of(public / files.ENTRIES) == expected == freeze["list_sha256"]:
        raise FolderWrong(files.ENTRIES, "is not the list that was frozen")
    classes = (public / files.CLASSES).read_bytes()
    if sha256(classes).hexdigest() != freeze["classes_sha256"]:
        raise FolderWrong(files.CLASSES, "is not what was frozen")
    desks, buckets = files.read_classes(classes)
    ballot = files.read_entries(public / files.ENTRIES, desks, buckets)
    freeze_hash = sha256(freeze_raw).digest()
    seed = lottery.seed_of(
        list_root=bytes.fromhex(freeze["list_root"]), freeze_hash=freeze_hash, source_value=value.value, secret=secret
    )
    outcome = lottery.take_turns(ballot, desks, lottery.drawn_order(ballot, seed))
    result_hash = files.write_result(ballot, desks, outcome, public / files.RESULT, index / files.RESULT)
    _flush(public / files.RESULT)
    draw = files.sealed_json(
        {
            "format": files.FORMAT,
            "kind": "draw",
            "round": freeze["round"],
            "drawn_at": files.moment(drawn_at),
            "freeze_sha256": freeze_hash.hex(),
            "source_value": value.value,
            "typed_at": files.moment(value.typed_at),
            "confirmed_at": files.moment(value.confirmed_at),
            "secret": secret.hex(),
            "withheld_because": withheld_because,
            "seed": seed.hex(),
            "result_sha256": result_hash.hex(),
            "passes": outcome.passes,
            "winners": len(outcome.won) - outcome.won.count(lottery.NOTHING),
            "seats_given": outcome.seats_given,
            "files": {
                name: _hash_of(public / name)
                for name in (files.RULES, files.CLASSES, files.ENTRIES, files.FREEZE, files.RESULT, *TOOLS)
            },
            "fingerprints": {"freeze": fingerprint(freeze_hash), "result": fingerprint(result_hash)},
        }
    )
    _write(public / files.DRAW, draw)
    _flush(public)
    return Drawn(seed, outcome, desks, result_hash, sha256(draw).digest())


def write_report(at: Path, content: dict[str, Any]) -> None:
    """Publish the fairness report beside the draw. It guards itself; a re-run needs nothing of it."""
    _write(at / PUBLISHED / files.REPORT, files.sealed_json({"format": files.FORMAT, "kind": "report"} | content))


def take_back_draw(at: Path) -> None:
    """Remove what a draw wrote whose transaction did not commit: result and draw, not the freeze."""
    for name in (files.DRAW, files.RESULT, files.REPORT):
        (at / PUBLISHED / name).unlink(missing_ok=True)


def archive(at: Path, round_code: str) -> Path:
    """Return the zip of the published files, made anew when one of them is younger."""
    public = at / PUBLISHED
    names = sorted(entry.name for entry in public.iterdir() if not entry.name.startswith("."))
    target = at / f"draw-{round_code}.zip"
    if target.exists() and target.stat().st_mtime_ns >= max((public / name).stat().st_mtime_ns for name in names):
        return target
    part = target.with_suffix(f".{os.getpid()}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name in names:
            packed.write(public / name, f"draw-{round_code}/{name}")
    part.replace(target)
    return target


def tool_bytes(name: str) -> bytes:
    """Return a file that ships with every draw. The page carries its script inside, so that it works from a folder."""
    if name != "verify.html":
        return (_HERE / name).read_bytes()
    page, script = (_HERE / "verify.html").read_text("utf-8"), (_HERE / "verify.js").read_text("utf-8")
    page_script = (_HERE / "page.js").read_text("utf-8")
    return page.replace("/*verify.js*/", script).replace("/*page.js*/", page_script).encode()


def script_bytes(name: str) -> bytes:
    """Return one of the two scripts of the checking page, for the site's own page."""
    if name not in {"verify.js", "page.js"}:
        raise FileNotFoundError(name)
    return (_HERE / name).read_bytes()


def remove(at: Path) -> None:
    """Remove a round's folder (a freeze that did not commit, tests, benches)."""
    shutil.rmtree(at, ignore_errors=True)


def _hash_of(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(f".{file.name}.part")
    with part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
