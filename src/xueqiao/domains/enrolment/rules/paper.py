"""What a paper form says. The QR code of a form holds the round and, when it was printed for somebody, her learner
number; the clerk types the numbers of the classes beside it, the dearest first. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PREFIX = "XQ1"
_LEARNER = re.compile(r"[0-9A-Z]{7,16}")
_CODE = re.compile(rf"{PREFIX}/(L[0-9]{{8,15}})/([0-9A-Z]{{0,16}})", re.IGNORECASE)


@dataclass(frozen=True)
class PaperForm:
    """One form as typed in. line: number of its first line; learner_code "" when it is missing; choices: numbers of the
    classes on the form, the dearest first; companions: learner numbers of who signed below; fault: what is wrong with
    it, in words, or "".
    """

    line: int
    learner_code: str
    choices: tuple[int, ...]
    fault: str = ""
    companions: tuple[str, ...] = ()


def form_text(round_code: str, learner_code: str = "") -> str:
    """Return what the QR code of a form holds: XQ1/L00000018/ and the learner number of whom it was printed for.

    Only digits, capitals and slashes: the short alphanumeric mode of QR codes, and keys every scanner types right.
    """
    return f"{PREFIX}/{round_code}/{learner_code}"


def read_forms(text: str, *, round_code: str, classes: int) -> list[PaperForm]:
    """Return the forms in what a scanner and a clerk typed: each begins with a QR code, then, on the same line or the
    next, the learner number (when the form was blank) and the numbers of the classes in order of wish. A learner number
    behind a plus sign is a companion who signed on the same form.
    """
    forms: list[PaperForm] = []
    started: tuple[int, str, str] | None = None
    words: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.replace("，", " ").replace(",", " ").split():
            code = _CODE.fullmatch(word)
            if code is None and started is None:
                forms.append(PaperForm(number, "", (), "这一行前面没有扫表上的码"))
            elif code is None:
                words.append(word)
            else:
                if started is not None:
                    forms.append(_form(started, words, round_code, classes))
                started, words = (number, code.group(1).upper(), code.group(2).upper()), []
    if started is not None:
        forms.append(_form(started, words, round_code, classes))
    return forms


def _form(started: tuple[int, str, str], words: Sequence[str], round_code: str, classes: int) -> PaperForm:
    line, code, learner = started
    beside = [word[1:].upper() for word in words if word.startswith(("+", "＋"))]
    rest = [word for word in words if not word.startswith(("+", "＋"))]
    if not learner and rest and _LEARNER.fullmatch(rest[0].upper()):
        learner = rest.pop(0).upper()
    choices = tuple(int(word) for word in rest if word.isascii() and word.isdigit() and len(word) < 4)
    if code != round_code:
        fault = "这张表是另一轮的"
    elif not learner:
        fault = "没有学员号"
    elif len(choices) != len(rest):
        fault = "志愿要写班的序号，例如 2 1"
    elif not choices:
        fault = "没有填志愿"
    elif any(not 1 <= choice <= classes for choice in choices):
        fault = f"班的序号是 1 到 {classes}"
    elif len(set(choices)) != len(choices):
        fault = "同一个班写了两次"
    elif any(not _LEARNER.fullmatch(code) for code in beside):
        fault = "同伴要写“+”和学员号，例如 +20260001"
    elif len({learner, *beside}) != 1 + len(beside):
        fault = "同伴写了两次，或写了本人"
    else:
        fault = ""
    return PaperForm(line, learner, choices, fault, tuple(beside))
