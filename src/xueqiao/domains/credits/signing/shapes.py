"""Canonical text of documents of a shape seen before, without expanding them again.

Certificates differ in a few texts and addresses and in nothing else. A shape is a document with these taken out: its
expansion to quads is asked of pyld once, with a marker in every place, and kept. A later document of the same shape
puts its own texts where the markers stood. Then only the naming of unnamed nodes is left, and where their first-degree
hashes all differ (RDFC-1.0, section 4.6) that is a sort.

Whatever is not plainly of that kind goes the long way through pyld: a marker that came out changed or twice, an address
that is not plainly absolute, a control character, two unnamed nodes that look alike. `tests/conformance` compares both
ways on a thousand random certificates. Only signing takes the short way; checking never does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xueqiao.domains.credits.signing.canonical import canonical_text, quads_of

SHAPES_MAX = 512
_MARKER = "urn:xueqiao-marker:"
_KEPT = frozenset({"@context", "type", "@type", "cryptosuite", "proofPurpose", "achievementType", "statusPurpose"})
_ABSOLUTE = re.compile(
    r"(urn:uuid:[0-9a-f-]{36}(#[a-z]+)?|did:key:z[A-Za-z0-9]+(#z[A-Za-z0-9]+)?"
    r"|https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]*)*(#[A-Za-z0-9]+)?)\Z"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class _TheLongWay(Exception):
    """The short way is not provably the same for this document."""


@dataclass(frozen=True)
class _Term:
    """One part of a quad. kind: fixed (text), unnamed (number), address or words (the place of the marker)."""

    kind: str
    text: str = ""
    place: int = -1


@dataclass(frozen=True)
class _Quad:
    subject: _Term
    predicate: str
    object: _Term
    graph: str


@dataclass(frozen=True)
class _Shape:
    quads: tuple[_Quad, ...]
    mentions: tuple[tuple[int, ...], ...]  # per unnamed node: the quads that mention it


def swift_canonical_text(document: Mapping[str, Any]) -> str:
    """Return exactly what `canonical_text` returns, sooner for a shape seen before. Raises what it raises."""
    values: list[str] = []
    skeleton = _skeleton(document, values)
    try:
        return _filled(_shape(json.dumps(skeleton, ensure_ascii=False, sort_keys=False)), values)
    except _TheLongWay:
        return canonical_text(document)


def swift_canonical_hash(document: Mapping[str, Any]) -> bytes:
    """Return SHA-256 of the canonical text."""
    return hashlib.sha256(swift_canonical_text(document).encode()).digest()


def _skeleton(node: Any, values: list[str], key: str = "") -> Any:
    """Return `node` with its texts taken out into `values`; a taken text leaves its place as [number]."""
    if isinstance(node, dict):
        return {name: part if name in _KEPT else _skeleton(part, values, name) for name, part in node.items()}
    if isinstance(node, list):
        return [_skeleton(part, values, key) for part in node]
    if isinstance(node, str):
        values.append(node)
        return {"\0": len(values) - 1}
    return node


def _marked(skeleton: Any) -> Any:
    if isinstance(skeleton, dict):
        if set(skeleton) == {"\0"}:
            return f"{_MARKER}{skeleton[chr(0)]:04d}"
        return {name: _marked(part) for name, part in skeleton.items()}
    if isinstance(skeleton, list):
        return [_marked(part) for part in skeleton]
    return skeleton


@lru_cache(maxsize=SHAPES_MAX)
def _shape(skeleton_text: str) -> _Shape:
    document = _marked(json.loads(skeleton_text))
    numbers: dict[str, int] = {}
    quads = tuple(_quad(*parts, numbers) for parts in _terms(quads_of(document)))
    mentions: list[list[int]] = [[] for _ in numbers]
    for position, quad in enumerate(quads):
        for number in {term.place for term in (quad.subject, quad.object) if term.kind == "unnamed"}:
            mentions[number].append(position)
    return _Shape(quads, tuple(tuple(entry) for entry in mentions))


def _terms(dataset: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, str], str, Mapping[str, str], str]]:
    for graph, quads in dataset.items():
        if graph != "@default":
            raise _TheLongWay
        for quad in quads:
            yield quad["subject"], f"<{quad['predicate']['value']}>", quad["object"], ""


def _quad(
    subject: Mapping[str, str], predicate: str, value: Mapping[str, str], graph: str, numbers: dict[str, int]
) -> _Quad:
    if _MARKER in predicate:
        raise _TheLongWay
    return _Quad(_term(subject, numbers), predicate, _term(value, numbers), graph)


def _term(part: Mapping[str, str], numbers: dict[str, int]) -> _Term:
    kind, value = part["type"], part["value"]
    if kind == "blank node":
        return _Term("unnamed", place=numbers.setdefault(value, len(numbers)))
    suffix = ""
    if kind == "literal":
        datatype = part.get("datatype", "")
        if part.get("language"):
            suffix = f"@{part['language']}"
        elif datatype != "http://www.w3.org/2001/XMLSchema#string":
            suffix = f"^^<{datatype}>"
    if _MARKER in suffix:
        raise _TheLongWay
    if _MARKER not in value:
        return _Term("fixed", _words(value) + suffix if kind == "literal" else f"<{value}>")
    if not re.fullmatch(re.escape(_MARKER) + r"\d{4}", value):
        raise _TheLongWay
    return _Term("words" if kind == "literal" else "address", suffix, int(value.removeprefix(_MARKER)))


def _words(value: str) -> str:
    if _CONTROL.search(value):
        raise _TheLongWay
    return '"' + value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"') + '"'


def _rendered(term: _Term, values: list[str]) -> str:
    if term.kind == "fixed":
        return term.text
    value = values[term.place]
    if term.kind == "words":
        return _words(value) + term.text
    if not _ABSOLUTE.match(value):
        raise _TheLongWay
    return f"<{value}>"


def _filled(shape: _Shape, values: list[str]) -> str:
    parts = [
        (
            None if quad.subject.kind == "unnamed" else _rendered(quad.subject, values),
            quad.predicate,
            None if quad.object.kind == "unnamed" else _rendered(quad.object, values),
        )
        for quad in shape.quads
    ]
    names = _names(shape, parts)
    lines = {
        f"{subject or names[quad.subject.place]} {predicate} {value or names[quad.object.place]} .\n"
        for quad, (subject, predicate, value) in zip(shape.quads, parts, strict=True)
    }
    if len(lines) != len(shape.quads):
        raise _TheLongWay
    return "".join(sorted(lines))


def _names(shape: _Shape, parts: list[tuple[str | None, str, str | None]]) -> list[str]:
    """Name the unnamed nodes in the order of their first-degree hashes, which must all differ."""
    hashes: list[tuple[str, int]] = []
    for number, positions in enumerate(shape.mentions):
        lines = []
        for position in positions:
            quad, (subject, predicate, value) = shape.quads[position], parts[position]
            left = subject or ("_:a" if quad.subject.place == number else "_:z")
            right = value or ("_:a" if quad.object.place == number else "_:z")
            lines.append(f"{left} {predicate} {right} .\n")
        hashes.append((hashlib.sha256("".join(sorted(lines)).encode()).hexdigest(), number))
    hashes.sort()
    if len({value for value, _ in hashes}) != len(hashes):
        raise _TheLongWay
    names = [""] * len(hashes)
    for order, (_, number) in enumerate(hashes):
        names[number] = f"_:c14n{order}"
    return names
