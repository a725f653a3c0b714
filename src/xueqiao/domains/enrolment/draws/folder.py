"""The published folder: canonical text files, written so that their bytes can be made again, and read back in columns.

The format, with its version, is documented for outsiders in docs/rules/draw-format.md; the two other verifiers were
written from that page alone. Everything is UTF-8 with line feeds and a line feed at the end.
"""

from __future__ import annotations

import json
from array import array
from binascii import unhexlify
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO

from xueqiao.domains.enrolment.draws import merkle
from xueqiao.domains.enrolment.draws.lottery import FIRST, LATER, NOTHING, WEIGHT_MAX, Ballot, Desk, Outcome

FORMAT = "xueqiao-draw/1"
RULES, CLASSES, ENTRIES, FREEZE, RESULT, DRAW, REPORT = (
    "rules.json",
    "classes.csv",
    "entries.csv",
    "freeze.json",
    "result.csv",
    "draw.json",
    "report.json",
)
ENTRIES_HEAD = b"number,pseudonym,size,weight,turn,buckets,wishes\n"
RESULT_HEAD = b"position,number,outcome,class,wish,waiting\n"
PSEUDONYM_TAG = b"xueqiao-draw/1 pseudonym\n"
LINES_A_BLOCK = 64  # a page of the list, and a subtree of the Merkle tree: a power of two
_COUNTS = {b"%d" % count: count for count in range(1, WEIGHT_MAX + 1)}
_TURNS = {b"%d" % turn: turn for turn in (FIRST, LATER)}
_TAIL_BYTES = len(' "sha256_above": "') + 64 + len('"\n}\n')


class FolderWrong(ValueError):
    """A published file cannot be read as the format says. `file` names it."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file, self.why = file, why


def pseudonym_of(salt: bytes, code: str) -> bytes:
    """Return the 32 bytes that stand for an entry in the published list. salt: 16 random bytes that only she holds."""
    return sha256(PSEUDONYM_TAG + salt + code.encode("ascii")).digest()


def moment(at: datetime | None) -> str:
    """A moment as the files write it: UTC, whole seconds downwards, so that text order is time order."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- JSON that guards itself


def sealed_json(content: dict[str, Any]) -> bytes:
    """Return sorted JSON whose last member is the SHA-256 of every byte above it: the file guards itself."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    head = (text[: -len("\n}")] + ",\n").encode()
    return head + f' "sha256_above": "{sha256(head).hexdigest()}"\n}}\n'.encode()


def read_sealed_json(name: str, raw: bytes) -> dict[str, Any]:
    """Return the content. Raises FolderWrong when a byte was changed."""
    head, tail = raw[:-_TAIL_BYTES], raw[-_TAIL_BYTES:]
    if tail != f' "sha256_above": "{sha256(head).hexdigest()}"\n}}\n'.encode():
        raise FolderWrong(name, "its text and the hash in its last line do not fit")
    try:
        content = json.loads(raw)
    except ValueError as reason:
        raise FolderWrong(name, "no JSON") from reason
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FolderWrong(name, f"the format is not {FORMAT}")
    return content


# ---- classes


def classes_bytes(desks: Sequence[Desk], buckets: Sequence[str]) -> bytes:
    """Return classes.csv. The order of the bucket columns is the published order in which kept seats are taken."""
    lines = [",".join(("class", "seats", *buckets))]
    lines += [",".join((desk.code, str(desk.seats), *map(str, desk.kept))) for desk in desks]
    return ("\n".join(lines) + "\n").encode("ascii")


def read_classes(raw: bytes) -> tuple[list[Desk], list[str]]:
    """Return the classes and the buckets in their order."""
    try:
        head, *lines = raw.decode("ascii").removesuffix("\n").split("\n")
        first, second, *buckets = head.split(",")
        desks = []
        for line in lines:
            code, seats, *kept = line.split(",")
            desks.append(Desk(code, int(seats), tuple(map(int, kept))))
    except ValueError as reason:
        raise FolderWrong(CLASSES, "a line cannot be read") from reason
    if (first, second) != ("class", "seats") or any(len(d.kept) != len(buckets) or d.open < 0 for d in desks):
        raise FolderWrong(CLASSES, "columns or seats do not fit")
    if len({desk.code for desk in desks}) != len(desks):
        raise FolderWrong(CLASSES, "a class stands there twice")
    return desks, buckets


# ---- the frozen list


@dataclass(frozen=True)
class Ticket:
    """One entry as it goes into the list. key: what the caller knows it by. wishes: class codes by rank. turn: 1 for
    who lost often enough to come first, else 2."""

    key: int
    pseudonym: bytes
    size: int
    weight: int
    buckets: Sequence[str]
    wishes: Sequence[str]
    turn: int = LATER


@dataclass(frozen=True)
class FrozenList:
    """What the freeze made. numbers: keys in the order of their lines, so that line 1 is numbers[0]."""

    count: int
    people: int
    hash: bytes
    root: bytes
    numbers: array[int]


def _row(ticket: Ticket) -> bytes:
    """One bytes object a ticket, which sorts by pseudonym: half the memory of a tuple."""
    groups, wishes = " ".join(ticket.buckets), " ".join(ticket.wishes)
    text = f",{ticket.size},{ticket.weight},{ticket.turn},{groups},{wishes}"
    return ticket.pseudonym + ticket.key.to_bytes(8, "big") + bytes((ticket.size,)) + text.encode("ascii")


class BlockIndex:
    """Where every 64th line of a file begins, and the tree's node over these lines. Derived, never published."""

    def __init__(self) -> None:
        self.offsets = array("Q")
        self.nodes: list[bytes] = []

    def save(self, file: Path) -> None:
        with file.open("wb") as out:
            for offset, digest in zip(self.offsets, self.nodes or [b""] * len(self.offsets), strict=True):
                out.write(offset.to_bytes(8, "big") + digest)


def write_entries(tickets: Iterable[Ticket], file: Path, index_file: Path | None = None) -> FrozenList:
    """Write entries.csv, sorted by pseudonym, and return its hash and the root of the tree over its lines."""
    rows = sorted(_row(ticket) for ticket in tickets)
    index, whole, people = BlockIndex(), sha256(ENTRIES_HEAD), 0
    offset, nodes, numbers = len(ENTRIES_HEAD), [], array("q")
    with file.open("wb") as out:
        out.write(ENTRIES_HEAD)
        for start in range(0, len(rows), LINES_A_BLOCK):
            some = rows[start : start + LINES_A_BLOCK]
            block = [b"%d,%b%b" % (n, row[:32].hex().encode(), row[41:]) for n, row in enumerate(some, start + 1)]
            numbers.extend(int.from_bytes(row[32:40], "big") for row in some)
            people += sum(row[40] for row in some)
            nodes.append(merkle.root([merkle.leaf(line) for line in block]))
            text = b"\n".join(block) + b"\n"
            index.offsets.append(offset)
            offset += len(text)
            whole.update(text)
            out.write(text)
    index.nodes = nodes
    if index_file is not None:
        index.save(index_file)
    return FrozenList(len(rows), people, whole.digest(), merkle.root(nodes), numbers)


def lines_of(file: BinaryIO, name: str, head: bytes) -> Iterator[bytes]:
    """Yield the lines after the head, without line feeds."""
    if file.readline() != head:
        raise FolderWrong(name, "the first line is not the head of the format")
    for line in file:
        if not line.endswith(b"\n"):
            raise FolderWrong(name, "the last line is cut off")
        yield line[:-1]


def read_entries(file: Path, desks: Sequence[Desk], buckets: Sequence[str]) -> Ballot:
    """Return the frozen list in columns. Raises FolderWrong for a line that breaks the format."""
    index = {desk.code.encode(): at for at, desk in enumerate(desks)}
    bits = {bucket.encode(): 1 << at for at, bucket in enumerate(buckets)}
    masks: dict[bytes, int] = {b"": 0}
    with file.open("rb") as opened:
        stride = max((line.count(b" ", line.rfind(b",")) + 1 for line in opened), default=1)
    ballot, before, number = Ballot(stride), b"", 0
    padding = [[NOTHING] * (stride - count) for count in range(stride + 1)]
    try:
        with file.open("rb") as opened:
            for number, line in enumerate(lines_of(opened, ENTRIES, ENTRIES_HEAD), 1):
                written, pseudonym, size, weight, turn, groups, wishes = line.split(b",")
                mask = masks.get(groups)
                if mask is None:
                    mask = masks[groups] = sum(bits[name] for name in groups.split(b" "))
                if not (before < pseudonym and int(written) == number and turn in _TURNS):
                    raise ValueError
                wanted = [index[code] for code in wishes.split(b" ")]
                ballot.pseudonyms += unhexlify(pseudonym)
                ballot.sizes.append(_COUNTS[size])
                ballot.weights.append(_COUNTS[weight])
                ballot.turns.append(_TURNS[turn])
                ballot.buckets.append(mask)
                ballot.wishes.extend(wanted + padding[len(wanted)])
                before = pseudonym
    except (ValueError, KeyError) as reason:
        raise FolderWrong(ENTRIES, f"line {number} breaks the format") from reason
    if len(ballot.pseudonyms) != 32 * len(ballot):
        raise FolderWrong(ENTRIES, "a pseudonym is not 32 bytes")
    return ballot


def hash_and_root(file: Path) -> tuple[bytes, bytes]:
    """Return the SHA-256 of entries.csv and the root over its lines."""
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256").digest()
    with file.open("rb") as opened:
        return digest, merkle.root([merkle.leaf(line) for line in lines_of(opened, ENTRIES, ENTRIES_HEAD)])


# ---- the result


def result_lines(ballot: Ballot, desks: Sequence[Desk], outcome: Outcome) -> Iterator[bytes]:
    """Yield the lines of result.csv in drawn order, head first. waiting: places on the lists of the classes wished."""
    yield RESULT_HEAD
    codes = [desk.code.encode() for desk in desks]
    waiting = [0] * len(desks)
    won, ranks, wishes, stride = outcome.won, outcome.ranks, ballot.wishes, ballot.stride
    for position, index in enumerate(outcome.order, 1):
        desk = won[index]
        if desk != NOTHING:
            yield b"%d,%d,won,%b,%d,\n" % (position, index + 1, codes[desk], ranks[index])
            continue
        places = []
        for wish in wishes[index * stride : index * stride + stride]:
            if wish == NOTHING:
                break
            waiting[wish] += 1
            places.append(b"%d" % waiting[wish])
        yield b"%d,%d,lost,,,%b\n" % (position, index + 1, b" ".join(places))


def write_result(
    ballot: Ballot, desks: Sequence[Desk], outcome: Outcome, file: Path, index_file: Path | None = None
) -> bytes:
    """Write result.csv and return its SHA-256."""
    index, whole, offset = BlockIndex(), sha256(), 0
    with file.open("wb") as out:
        lines = result_lines(ballot, desks, outcome)
        head = next(lines)
        out.write(head)
        whole.update(head)
        offset, block = len(head), []
        for line in lines:
            block.append(line)
            if len(block) == LINES_A_BLOCK:
                offset = _flush(out, whole, index, offset, block)
        if block:
            _flush(out, whole, index, offset, block)
    if index_file is not None:
        index.save(index_file)
    return whole.digest()


def _flush(out: BinaryIO, whole: Any, index: BlockIndex, offset: int, block: list[bytes]) -> int:
    text = b"".join(block)
    block.clear()
    index.offsets.append(offset)
    whole.update(text)
    out.write(text)
    return offset + len(text)
