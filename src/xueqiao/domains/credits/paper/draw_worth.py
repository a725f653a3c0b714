"""Draw what learning is worth on one page in large type, for a person at the counter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

import typst

from xueqiao.domains.credits.paper.draw import FOLDER, FONTS, require_printable

PROGRAMMES_MAX = 2  # with three classes they fill one page of 16 pt
TITLE_MAX = 24


@dataclass(frozen=True)
class ProgrammeLines:
    """A programme as it stands on the page."""

    title: str
    figures: str
    way: str
    rule: str


@dataclass(frozen=True)
class ClassLines:
    """A class as it stands on the page."""

    title: str
    when: str
    where: str
    cost: str


@dataclass(frozen=True)
class WorthSheet:
    """All that stands on the page, in words."""

    platform: str
    printed: str
    title: str
    person: str
    programmes: Sequence[ProgrammeLines]
    classes_title: str
    classes: Sequence[ClassLines]
    foot: str
    printed_at: datetime


def shortened(text: str, length: int = TITLE_MAX) -> str:
    """Return a text that fits its line; what is cut is seen to be cut."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        str(FOLDER / "worth.typ"),
        root=str(FOLDER),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]),
    )


def worth_pdf_of(sheet: WorthSheet) -> bytes:
    """Return the PDF. The same sheet gives the same bytes. Raises CharacterCannotBePrinted."""
    facts = asdict(sheet)
    del facts["printed_at"]
    lines = [*facts.pop("programmes"), *facts.pop("classes")]
    require_printable([*facts.values(), *(text for line in lines for text in line.values())])
    facts |= {"programmes": [asdict(each) for each in sheet.programmes], "classes": [asdict(c) for c in sheet.classes]}
    body = _compiler().compile(
        format="pdf",
        timestamp=int(sheet.printed_at.timestamp()),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )
    if not isinstance(body, bytes):
        raise TypeError("a PDF is one file")
    return body
