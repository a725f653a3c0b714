"""How a text is spelled for search: folding, words, bigrams, pinyin, initials. Pure functions; the same for documents
and queries, so that what is written meets what is typed.

Token namespaces in a tsvector (letters of hanzi never meet letters of pinyin):
`太极拳` a word or bigram or single hanzi · `ai` a word in letters or digits · `-taijiquan` full pinyin of a word ·
`.tai.ji` two neighbouring syllables, `.tai` one · `~tjq...` initials from one hanzi to the end of its text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

import opencc

if TYPE_CHECKING:
    import rjieba

QUERY_LETTERS_MAX = 64
_RUN = re.compile(r"[㐀-䶿一-鿿]+|[a-z0-9]+")
_HANZI = re.compile(r"[㐀-䶿一-鿿]+\Z")
INITIALS_MAX = 10

_INITIALS = ("b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s")
_FINALS = [
    "a",
    "o",
    "e",
    "ai",
    "ei",
    "ao",
    "ou",
    "an",
    "en",
    "ang",
    "eng",
    "ong",
    "i",
    "ia",
    "ie",
    "iao",
    "iu",
    "ian",
    "in",
    "iang",
    "ing",
    "iong",
    "u",
    "ua",
    "uo",
    "uai",
    "ui",
    "uan",
    "un",
    "uang",
    "v",
    "ve",
    "ue",
]
# Every syllable of the table "initial + final", and those without an initial. Impossible pairs do no harm: they only
# widen how a run of letters may be cut.
SYLLABLES = frozenset(
    {i + f for i in _INITIALS for f in _FINALS}
    | {"a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "er"}
    | {
        "yi",
        "ya",
        "ye",
        "yao",
        "you",
        "yan",
        "yin",
        "yang",
        "ying",
        "yong",
        "yu",
        "yue",
        "yuan",
        "yun",
        "wu",
        "wa",
        "wo",
        "wai",
        "wei",
        "wan",
        "wen",
        "wang",
        "weng",
    }
)


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _cutter() -> rjieba.Jieba:
    import rjieba  # noqa: PLC0415 - 0.1 s of processor that few commands need

    cutter = rjieba.Jieba()
    for line in _lines("words.txt"):
        cutter.add_word(line, 20_000, "n")
    return cutter


def _lines(name: str) -> Iterator[str]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def _synonyms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = (line.partition(":") for line in _lines("synonyms.txt"))
    return tuple((fold(word), tuple(fold(each) for each in meant.split())) for word, _, meant in pairs)


def fold(text: str) -> str:
    """One form for what looks or means the same: NFKC (full width, circled), lower case, simplified script, ü as v."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("ü", "v")
    return _to_simplified().convert(plain) if any(ch > "\u3400" for ch in plain) else plain


def is_hanzi(run: str) -> bool:
    return bool(_HANZI.match(run))


def runs(folded: str) -> list[str]:
    """Stretches of hanzi or of letters and digits, in order; everything else is a boundary."""
    return _RUN.findall(folded)


@lru_cache(maxsize=20_000)
def cut(run: str) -> tuple[str, ...]:
    """The words of a run of hanzi, in order, together covering it once."""
    return tuple(_cutter().cut(run, False))


@lru_cache(maxsize=20_000)
def syllables(run: str) -> tuple[str, ...]:
    """The toneless pinyin of a run of hanzi, one syllable per hanzi, read in the context of its words."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 0.2 s of processor that few commands need

    return tuple(lazy_pinyin(run, style=Style.NORMAL, errors=list))  # type: ignore[arg-type]


def bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def syllable_pairs(spelled: tuple[str, ...]) -> list[str]:
    return [f".{a}.{b}" for a, b in pairwise(spelled)]


@lru_cache(maxsize=20_000)
def words_of(text: str) -> frozenset[str]:
    """The hanzi words by which a text is known: its cut words, and each short run as a whole."""
    found: set[str] = set()
    for run in runs(fold(text)):
        if is_hanzi(run):
            found.update(word for word in _cutter().cut_for_search(run, False) if len(word) > 1)
            if 2 <= len(run) <= 8:
                found.add(run)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def spellings(text: str, is_short: bool = True) -> frozenset[str]:
    """All tokens of one text. A short text (title, name) is also found by single hanzi, syllables and initials."""
    tokens: set[str] = set()
    letters: list[str] = []
    for run in runs(fold(text)):
        if not is_hanzi(run):
            tokens.add(run)
            letters.append(run)
            continue
        spelled = syllables(run)
        tokens.update(_cutter().cut_for_search(run, False) if len(run) > 1 else ())
        tokens.update(bigrams(run))
        tokens.update(syllable_pairs(spelled))
        if is_short:
            tokens.update(run)
            tokens.update(f".{each}" for each in spelled)
            letters.extend(spelled)
    for word in words_of(text):
        tokens.add("-" + "".join(syllables(word)))
    if is_short and letters:
        tokens.add("-" + "".join(letters)[:40])
        firsts = "".join(each if each.isdigit() else each[0] for each in letters)
        tokens.update("~" + firsts[i : i + INITIALS_MAX] for i in range(len(firsts)))
    return frozenset(token for token in tokens if token not in ("-", "~"))


def also_called(text: str) -> list[str]:
    """The everyday words for what a text speaks of (synonyms.txt): a text on 楷书 is also about 书法."""
    folded = fold(text)
    return [word for word, meant in _synonyms() if any(each in folded for each in meant)]


@lru_cache(maxsize=2_000)
def readings(letters: str, limit: int = 3) -> tuple[tuple[str, ...], ...]:
    """The ways to cut a run of letters into pinyin syllables, fewest syllables first; () when there is none.

    >>> readings("taijiquan")
    (('tai', 'ji', 'quan'), ('ta', 'i', 'ji', 'quan'))
    """
    # Paths of at most `limit` per position, longest syllables tried first: linear in the length of the input.
    paths: list[list[tuple[str, ...]]] = [[] for _ in range(len(letters) + 1)]
    paths[0] = [()]
    for end in range(1, len(letters) + 1):
        here = [
            (*path, letters[start:end])
            for start in range(max(0, end - 6), end)
            if letters[start:end] in SYLLABLES
            for path in paths[start]
        ]
        paths[end] = sorted(here, key=len)[:limit]
    return tuple(paths[-1])


def left_out(word: str) -> list[str]:
    """The word with one of its letters left out, in every way."""
    return sorted({word[:i] + word[i + 1 :] for i in range(len(word))})


def is_one_typo_apart(one: str, other: str) -> bool:
    """True when one letter was changed, added, forgotten, or two neighbours swapped (Damerau distance of at most 1)."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    i = 0
    while i < min(len(one), len(other)) and one[i] == other[i]:
        i += 1
    if len(one) == len(other):
        swapped = one[i + 1 : i + 2] + one[i : i + 1] + one[i + 2 :]
        return one[i + 1 :] == other[i + 1 :] or swapped == other[i:]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[i + 1 :] == shorter[i:]
