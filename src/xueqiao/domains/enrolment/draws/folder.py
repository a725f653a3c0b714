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
from operator import lt
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
_NO_WISH = b","  # fills up a ticket's wishes; no field of a line can be a comma
_SIZE_AT = 65  # in a row: behind the pseudonym and its comma
BYTES_AT_ONCE = 1 << 20  # of a list being read: some 8,000 lines
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
    """What the freeze made. keys: what the caller knows the tickets by, in the order of their lines, line 1 first."""

    count: int
    people: int
    hash: bytes
    root: bytes
    keys: list[str]


def row_of(ticket: Ticket) -> str:
    """A ticket as `write_rows` takes it: its line without the number, a tab, and its key. Rows sort by pseudonym."""
    tail = tail_of(ticket.size, ticket.weight, ticket.turn, ticket.buckets)
    return f"{ticket.pseudonym.hex()},{tail}{' '.join(ticket.wishes)}\t{ticket.key}"


def tail_of(size: int, weight: int, turn: int, buckets: Sequence[str]) -> str:
    """What stands in a line between the pseudonym and the wishes: the same for all tickets of one kind."""
    return f"{size},{weight},{turn},{' '.join(buckets)},"


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
    return write_rows(map(row_of, tickets), file, index_file)


def write_rows(unsorted: Iterable[str], file: Path, index_file: Path | None = None) -> FrozenList:
    """The same from rows as `row_of` makes them: one string a ticket, the smallest thing that can be sorted."""
    rows = sorted(unsorted)
    index, whole, people, keys = BlockIndex(), sha256(ENTRIES_HEAD), 0, []
    offset = len(ENTRIES_HEAD)
    with file.open("wb") as out:
        out.write(ENTRIES_HEAD)
        for start in range(0, len(rows), LINES_A_BLOCK):
            parts = [row.split("\t", 1) for row in rows[start : start + LINES_A_BLOCK]]
            keys += [key for _line, key in parts]
            people += sum([int(line[_SIZE_AT : line.index(",", _SIZE_AT)]) for line, _key in parts])
            lines = [f"{n},{line}" for n, (line, _key) in enumerate(parts, start + 1)]
            text = "\n".join(lines).encode("ascii")
            index.nodes.append(merkle.root([sha256(b"\x00" + line).digest() for line in text.split(b"\n")]))
            index.offsets.append(offset)
            text += b"\n"
            offset += len(text)
            whole.update(text)
            out.write(text)
    if index_file is not None:
        index.save(index_file)
    return FrozenList(len(rows), people, whole.digest(), merkle.root(index.nodes), keys)


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
    index = {desk.code.encode(): at for at, desk in enumerate(desks)} | {_NO_WISH: NOTHING}
    masks = _Masks({bucket.encode(): 1 << at for at, bucket in enumerate(buckets)})
    ballot, before = Ballot(1), b""
    with file.open("rb") as opened:
        if opened.readline() != ENTRIES_HEAD:
            raise FolderWrong(ENTRIES, "the first line is not the head of the format")
        while lines := opened.readlines(BYTES_AT_ONCE):
            if not lines[-1].endswith(b"\n"):
                raise FolderWrong(ENTRIES, "the last line is cut off")
            first = len(ballot) + 1
            try:
                before = _add_lines(ballot, lines, first, before, index, masks)
            except (ValueError, KeyError) as reason:
                number = _wrong_line(lines, first, before, index, masks)
                raise FolderWrong(ENTRIES, f"line {number} breaks the format") from reason
    return ballot


class _Masks(dict[bytes, int]):
    """Bits of a ticket's buckets by how they are written. Raises KeyError for a bucket that is none."""

    def __init__(self, bits: dict[bytes, int]) -> None:
        super().__init__({b"": 0})
        self.bits = bits

    def __missing__(self, written: bytes) -> int:
        self[written] = mask = sum(self.bits[name] for name in written.split(b" "))
        return mask


def _add_lines(
    ballot: Ballot, lines: list[bytes], first: int, before: bytes, index: dict[bytes, int], masks: dict[bytes, int]
) -> bytes:
    """Add lines, numbered from `first`, to the columns, column by column; return the last pseudonym. Raises ValueError
    or KeyError."""
    if {line.count(b",") for line in lines} != {6}:
        raise ValueError("fields")
    fields = b"".join(lines).replace(b"\n", b",").split(b",")
    numbers, pseudonyms, wishes = fields[0:-1:7], fields[1::7], fields[6::7]
    if numbers != [b"%d" % number for number in range(first, first + len(lines))]:
        raise ValueError("numbers")
    if not all(map(lt, [before, *pseudonyms], pseudonyms)) or {*map(len, pseudonyms)} != {64}:
        raise ValueError("pseudonyms")
    gaps = [written.count(b" ") for written in wishes]
    ballot.widen(max(gaps) + 1)
    if min(gaps) + 1 < ballot.stride:
        padding = [(b" " + _NO_WISH) * missing for missing in range(ballot.stride - 1, -1, -1)]
        wishes = [written + padding[gap] for written, gap in zip(wishes, gaps, strict=True)]
    ballot.wishes.extend(map(index.__getitem__, b" ".join(wishes).split(b" ")))
    ballot.pseudonyms += unhexlify(b"".join(pseudonyms))
    ballot.sizes += bytes(map(_COUNTS.__getitem__, fields[2::7]))
    ballot.weights += bytes(map(_COUNTS.__getitem__, fields[3::7]))
    ballot.turns += bytes(map(_TURNS.__getitem__, fields[4::7]))
    ballot.buckets += bytes(map(masks.__getitem__, fields[5::7]))
    return pseudonyms[-1]


def _wrong_line(lines: list[bytes], first: int, before: bytes, index: dict[bytes, int], masks: dict[bytes, int]) -> int:
    """Return the number of the first line that cannot be added by itself."""
    for number, line in enumerate(lines, first):
        try:
            before = _add_lines(Ballot(1), [line], number, before, index, masks)
        except (ValueError, KeyError):
            return number
    return first


def hash_and_root(file: Path) -> tuple[bytes, bytes]:
    """Return the SHA-256 of entries.csv and the root over its lines."""
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256").digest()
    with file.open("rb") as opened:
        return digest, merkle.root([merkle.leaf(line) for line in lines_of(opened, ENTRIES, ENTRIES_HEAD)])


# ---- the result


def result_blocks(ballot: Ballot, desks: Sequence[Desk], outcome: Outcome) -> Iterator[bytes]:
    """Yield result.csv in drawn order: the head, then blocks of 64 lines. waiting: places on the lists of the classes
    wished."""
    yield RESULT_HEAD
    codes = [desk.code for desk in desks]
    waiting = [0] * len(desks)
    won, ranks, wishes, stride = outcome.won, outcome.ranks, ballot.wishes, ballot.stride
    for start in range(0, len(outcome.order), LINES_A_BLOCK):
        lines = []
        for position, index in enumerate(outcome.order[start : start + LINES_A_BLOCK], start + 1):
            desk = won[index]
            if desk != NOTHING:
                lines.append(f"{position},{index + 1},won,{codes[desk]},{ranks[index]},\n")
                continue
            places = []
            for wish in wishes[index * stride : index * stride + stride]:
                if wish == NOTHING:
                    break
                waiting[wish] += 1
                places.append(str(waiting[wish]))
            lines.append(f"{position},{index + 1},lost,,,{' '.join(places)}\n")
        yield "".join(lines).encode("ascii")


def write_result(
    ballot: Ballot, desks: Sequence[Desk], outcome: Outcome, file: Path, index_file: Path | None = None
) -> bytes:
    """Write result.csv and return its SHA-256."""
    index, whole, offset = BlockIndex(), sha256(), 0
    with file.open("wb") as out:
        for block in result_blocks(ballot, desks, outcome):
            if offset:  # the head is no line
                index.offsets.append(offset)
            offset += len(block)
            whole.update(block)
            out.write(block)
    if index_file is not None:
        index.save(index_file)
    return whole.digest()
