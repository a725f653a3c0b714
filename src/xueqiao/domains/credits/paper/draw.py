"""Draw a certificate as PDF/A-3b with its signed credential attached.

Only the fonts of this package are used, never those of the machine: a name looks the same everywhere, and a character
the fonts lack is refused by name instead of printed as a box.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import segno
import typst

from xueqiao.domains.credits.errors.certificates import CharacterCannotBePrinted
from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.foundation.clock import local

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
LONG_QR_TEXT = 450
PDF_STANDARD = "a-3b"  # the level of PDF/A that allows a file to be attached


@dataclass(frozen=True)
class Sheet:
    """What stands on a certificate. verify_address: with host; qr_text: that, and behind it the signed words."""

    code: str
    person_name: str
    title: str
    institution_name: str
    platform_name: str
    issued_at: datetime
    starts_words: str
    ends_words: str
    sessions_words: str
    minutes: int
    amount_hundredths: int
    verify_address: str
    verify_host: str
    qr_text: str
    credential_text: str
    is_demo: bool = False


@cache
def printable_characters() -> frozenset[str]:
    """Every character the certificate's text font has."""
    return frozenset((FONTS / "coverage.txt").read_text(encoding="utf-8"))


def require_printable(texts: Iterable[str]) -> None:
    """Raise CharacterCannotBePrinted, naming the characters, when a text holds one that the fonts lack."""
    missing = sorted({character for text in texts for character in text} - printable_characters())
    if missing:
        raise CharacterCannotBePrinted(characters="".join(missing[:10]))


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        str(FOLDER / "certificate.typ"),
        root=str(FOLDER),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]),
    )


def qr_svg(text: str) -> str:
    """Return a QR code as SVG; error correction M, or L for a long text, whose dots would be too fine otherwise."""
    out = io.BytesIO()
    error = "m" if len(text) < LONG_QR_TEXT else "l"
    segno.make(text, error=error, micro=False, boost_error=False).save(
        out, kind="svg", border=1, dark="#14232B", xmldecl=False, scale=4
    )
    return out.getvalue().decode()


def certificate_pdf_of(sheet: Sheet) -> bytes:
    """Return the PDF. The same sheet gives the same bytes. Raises CharacterCannotBePrinted."""
    return bytes(
        _compiler().compile(
            format="pdf",
            pdf_standards=PDF_STANDARD,  # type: ignore[arg-type]
            timestamp=int(sheet.issued_at.timestamp()),
            sys_inputs=_inputs(sheet),
        )
    )


def _inputs(sheet: Sheet) -> dict[str, str]:
    day = local(sheet.issued_at)
    facts = {
        "document_title": f"《{sheet.title}》结业证书",
        "platform": sheet.platform_name,
        "code_label": "证书编号",
        "code": sheet.code,
        "subtitle": "终身学习 · 家门口的课",
        "person_name": sheet.person_name,
        "name_length": len(sheet.person_name),
        "statement": [
            f"于 {sheet.starts_words}至 {sheet.ends_words}，参加“{sheet.title}”学习，",
            "按公布的规则考核合格，准予结业。",
        ],
        "figures": [
            {"value": hours_text(sheet.minutes), "label": "学时"},
            {"value": sheet.sessions_words, "label": "出勤次数"},
            {"value": credits_text(sheet.amount_hundredths), "label": "社区教育学分"},
        ],
        "institution": sheet.institution_name,
        "issued_words": f"{day.year} 年 {day.month} 月 {day.day} 日",
        "stamp_date": f"{day.year}.{day.month:02d}.{day.day:02d}",
        "check_title": "扫码核验真伪",
        "check_words": [
            f"或打开 {sheet.verify_host}/verify/",
            f"输入编号 {sheet.code}",
            "请先看清网址，再核对姓名和课程。",
            "没有网络，用离线核验页也能核。",
        ],
        "qr_words": f"核验地址 {sheet.verify_address}",
        "attachment_words": "Open Badges 3.0 电子凭证，带签名，可离线核验",
        "foot": "本文件附有带签名的电子凭证，可用 xueqiao cert verify 离线核验。学时按每学时 60 分钟计。",
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "is_demo": sheet.is_demo,
    }
    texts = [value for value in facts.values() if isinstance(value, str)]
    require_printable([*texts, *facts["statement"], *facts["check_words"]])  # type: ignore[misc]
    return {
        "facts": json.dumps(facts, ensure_ascii=False),
        "credential": sheet.credential_text,
        "qr": qr_svg(sheet.qr_text),
    }
