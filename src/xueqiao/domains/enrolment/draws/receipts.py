"""One person's line: proved to anybody by a few hashes, without showing anybody else's; and quick pages of the files.

A receipt is a small JSON file. It holds the entry's code and salt, from which the pseudonym follows; the line with that
pseudonym; and the partners of the line's leaf up to the root that was published before the public value fell.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws import merkle
from xueqiao.domains.enrolment.draws.publication import INDEX, PUBLISHED

FORMAT = "xueqiao-draw-receipt/1"
_OFFSET, _NODE = 8, 32
_HEADS = {files.ENTRIES: files.ENTRIES_HEAD, files.RESULT: files.RESULT_HEAD}


def page_of(at: Path, name: str, page: int) -> tuple[list[bytes], int, int]:
    """Return the lines of one block of a file, the number of the page (kept in range) and how many there are."""
    with (at / INDEX / name).open("rb") as index, (at / PUBLISHED / name).open("rb") as opened:
        width = _OFFSET + (_NODE if name == files.ENTRIES else 0)
        pages = _size(index) // width
        if not pages:
            return [], 1, 1
        page = min(max(1, page), pages)
        return _block(index, opened, width, page - 1), page, pages


def line_at(at: Path, name: str, number: int) -> bytes:
    """Return line `number` (from 1) of the list or the result."""
    lines, page, _pages = page_of(at, name, (number - 1) // files.LINES_A_BLOCK + 1)
    return lines[number - 1 - (page - 1) * files.LINES_A_BLOCK]


def make_receipt(at: Path, *, round_code: str, number: int, code: str, salt: bytes) -> dict[str, Any]:
    """Return the receipt of line `number`. Reads one block of the list and the index of the blocks."""
    with (at / INDEX / files.ENTRIES).open("rb") as index:
        raw = index.read()
    width = _OFFSET + _NODE
    nodes = [raw[start + _OFFSET : start + width] for start in range(0, len(raw), width)]
    block, place = divmod(number - 1, files.LINES_A_BLOCK)
    lines, _page, _pages = page_of(at, files.ENTRIES, block + 1)
    freeze = files.read_sealed_json(files.FREEZE, (at / PUBLISHED / files.FREEZE).read_bytes())
    partners = merkle.path([merkle.leaf(line) for line in lines], place) + merkle.path(nodes, block)
    return {
        "format": FORMAT,
        "round": round_code,
        "code": code,
        "salt": salt.hex(),
        "pseudonym": files.pseudonym_of(salt, code).hex(),
        "number": number,
        "entries": freeze["entries"],
        "line": lines[place].decode("ascii"),
        "path": [partner.hex() for partner in partners],
        "list_root": freeze["list_root"],
        "freeze_sha256": sha256((at / PUBLISHED / files.FREEZE).read_bytes()).hexdigest(),
    }


def receipt_bytes(receipt: dict[str, Any]) -> bytes:
    return (json.dumps(receipt, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def what_is_wrong(raw: bytes, public: Path) -> list[str]:
    """Return what does not fit in a receipt, held against a published folder; nothing when it proves its line.

    Needs only freeze.json of the folder; with entries.csv there, the line itself is compared too.
    """
    try:
        receipt = json.loads(raw)
        freeze = files.read_sealed_json(files.FREEZE, (public / files.FREEZE).read_bytes())
        if receipt["format"] != FORMAT:
            return [f"the receipt's format is not {FORMAT}"]
        return list(_doubts(receipt, freeze, public))
    except files.FolderWrong as wrong:
        return [f"{wrong.file} {wrong.why}"]
    except OSError:
        return [f"{files.FREEZE} is missing"]
    except (ValueError, KeyError, TypeError, AttributeError) as reason:
        return [f"the receipt cannot be read: {reason}"]


def _doubts(receipt: dict[str, Any], freeze: dict[str, Any], public: Path) -> list[str]:
    doubts = []
    line, number = receipt["line"].encode("ascii"), int(receipt["number"])
    fields = receipt["line"].split(",")
    pseudonym = files.pseudonym_of(bytes.fromhex(receipt["salt"]), receipt["code"]).hex()
    if receipt["round"] != freeze["round"]:
        doubts.append("the receipt belongs to another round")
    if fields[0] != str(number) or fields[1] != pseudonym or receipt["pseudonym"] != pseudonym:
        doubts.append("code and salt do not give the pseudonym of the line")
    partners = [bytes.fromhex(partner) for partner in receipt["path"]]
    top = merkle.climb(merkle.leaf(line), number - 1, freeze["entries"], partners)
    if not 1 <= number <= freeze["entries"] or top is None or top.hex() != freeze["list_root"]:
        doubts.append("the line does not lead to the root of the frozen list")
    if (public / files.ENTRIES).exists() and not _stands_in(public / files.ENTRIES, number, line):
        doubts.append(f"line {number} of {files.ENTRIES} is another one")
    return doubts


def _stands_in(file: Path, number: int, line: bytes) -> bool:
    with file.open("rb") as opened:
        for at, each in enumerate(opened):
            if at == number:
                return each == line + b"\n"
    return False


def _block(index: BinaryIO, opened: BinaryIO, width: int, block: int) -> list[bytes]:
    index.seek(block * width)
    start = int.from_bytes(index.read(_OFFSET), "big")
    index.seek((block + 1) * width)
    following = index.read(_OFFSET)
    opened.seek(start)
    text = opened.read(int.from_bytes(following, "big") - start) if following else opened.read()
    return text.removesuffix(b"\n").split(b"\n")


def _size(opened: BinaryIO) -> int:
    return opened.seek(0, 2)
