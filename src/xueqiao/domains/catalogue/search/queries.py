"""What a person typed, as queries over tokens: first as written, then with one typo put right, then loosely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import SearchQuery

from xueqiao.domains.catalogue.models import SearchWord
from xueqiao.domains.catalogue.search import spelling
from xueqiao.domains.catalogue.search.documents import quoted

ELDER_ALIASES = ("长辈版", "亲情版", "关爱版", "关怀版", "老年版", "长辈模式", "关怀模式", "大字版", "适老版")
_RUNS_MAX = 8
# Words of asking, not of the thing asked for. Longest first, so that 我想学 is taken before 我想.
_ASKING = sorted(
    [
        "我想学",
        "我要学",
        "想学",
        "我想",
        "我要",
        "哪里有",
        "哪儿有",
        "有没有",
        "附近的",
        "附近",
        "怎么",
        "如何",
        "学习",
        "课程",
        "培训",
        "教学",
        "培训班",
        "请问",
        "报名",
        "一点",
    ],
    key=len,
    reverse=True,
)
_PARTICLES = "的了吗呢吧啊"


@dataclass(frozen=True)
class SearchTerms:
    """One search. `attempts` are tsquery texts, best first: use the next only when the one before found nothing.

    text: what was typed, cleaned. corrected: the words a typo was taken for, "" when the text stands as typed.
    alias: "elder" when the person asks for the elder mode of the pages.
    """

    text: str
    attempts: tuple[str, ...]
    corrected: str = ""
    alias: str = ""

    @property
    def tsquery(self) -> str:
        """The first attempt as the text of a tsquery."""
        return self.attempts[0]

    @property
    def query(self) -> SearchQuery:
        """The first attempt as a database expression: `.filter(tokens=terms.query)`."""
        return as_query(self.attempts[0])

    def ranked(self, *weights: str) -> str:
        """The first attempt narrowed to the given weights ("A" title, "B" names)."""
        return weighted(self.attempts[0], "".join(weights))


class _WrittenQuery(SearchQuery):
    """A query given as the text of a tsquery: cast, not parsed by a dictionary, which would drop our namespaces."""

    def __init__(self, tsquery: str) -> None:
        super().__init__(tsquery, search_type="raw")
        self.tsquery = tsquery

    def as_sql(self, compiler: Any, connection: Any, **_rest: Any) -> tuple[str, list[str]]:  # type: ignore[override]
        return "%s::tsquery", [self.tsquery]


def as_query(tsquery: str) -> SearchQuery:
    """The text of a tsquery as a database expression."""
    return _WrittenQuery(tsquery)


def weighted(tsquery: str, weights: str) -> str:
    """The same query, matching only tokens of these weights."""
    # Tokens are quoted and never hold a quote, so a closing quote is one followed by none of our letters.
    out: list[str] = []
    is_open = False
    i = 0
    while i < len(tsquery):
        letter = tsquery[i]
        out.append(letter)
        if letter == "'":
            is_open = not is_open
            if not is_open:
                if tsquery[i + 1 : i + 3] == ":*":
                    out.append(f":*{weights}")
                    i += 2
                else:
                    out.append(f":{weights}")
        i += 1
    return "".join(out)


def parse_search(text: str) -> SearchTerms | None:
    """Read what somebody typed. None when it holds nothing to look for (empty, only punctuation or emoji).

    Accepts hanzi in both scripts, pinyin with or without spaces, initials, letters and digits, in any mixture and of
    any length: what lies beyond the first 64 characters is left out. Nothing typed is ever read as query syntax.
    """
    folded = spelling.fold(text[: spelling.QUERY_LETTERS_MAX * 4])[: spelling.QUERY_LETTERS_MAX]
    alias = "elder" if any(each in "".join(folded.split()) for each in ELDER_ALIASES) else ""
    found = spelling.runs(folded)[:_RUNS_MAX]
    if not found:
        return None
    hanzi, letters = _sorted_runs(found)
    clauses = [_word_clause(word) for run in hanzi for word in _asked_words(run)]
    latin = _letters_clause(letters)
    every = [*clauses, *([latin] if latin else [])]
    if not every:
        return None
    exact = _all_of(every)
    loose = _any_of([*every, *(_spoken_clause(run) for run in hanzi if len(run) >= 2), *map(_initials, letters)])
    attempts = (exact, loose) if loose != exact else (exact,)
    return SearchTerms(text=" ".join(found), attempts=attempts, alias=alias)


def with_typo_corrected(terms: SearchTerms) -> SearchTerms:
    """Put what is one typo away from known words between the exact and the loose attempt. Asks the vocabulary once."""
    hanzi, letters = _sorted_runs(spelling.runs(terms.text))
    pieces = [*hanzi, *(["".join(letters)] if letters else [])]
    known = _near_words(pieces)
    clauses, shown = [], []
    for piece in pieces:
        clause, words = _corrected(piece, known)
        clauses.append(clause)
        shown.append(words)
    near = _all_of(clauses)
    if near in terms.attempts:
        return terms
    return replace(
        terms,
        attempts=(terms.attempts[0], near, *terms.attempts[1:]),
        corrected=" ".join(shown) if " ".join(shown) != " ".join(pieces) else "",
    )


def _sorted_runs(found: Iterable[str]) -> tuple[list[str], list[str]]:
    found = list(found)
    return [run for run in found if spelling.is_hanzi(run)], [run for run in found if not spelling.is_hanzi(run)]


def _asked_words(run: str) -> list[str]:
    """The words of a run without the words of asking; the run itself when nothing else is left."""
    rest = run
    for phrase in _ASKING:
        shorter = rest.replace(phrase, " ")
        if shorter.strip():
            rest = shorter
    words = [word for part in rest.split() for word in spelling.cut(part)]
    kept = [word for word in words if word not in _PARTICLES]
    # A single hanzi left beside longer words (太极拳 班) is noise more often than meaning.
    return [word for word in kept if len(word) > 1] or kept or [run]


def _word_clause(word: str) -> str:
    if len(word) <= 2:
        return quoted(word)
    return _any_of([quoted(word), _all_of([quoted(pair) for pair in spelling.bigrams(word)])])


def _spoken_clause(run: str) -> str:
    return _reading_clause(spelling.syllables(run))


def _reading_clause(spelled: tuple[str, ...]) -> str:
    return _all_of(
        [quoted(pair) for pair in spelling.syllable_pairs(spelled)] or [quoted(f".{each}") for each in spelled]
    )


def _letters_clause(pieces: list[str]) -> str:
    if not pieces:
        return ""
    joined = "".join(pieces)
    each = _all_of([_piece_clause(piece) for piece in pieces])
    if len(pieces) == 1:
        return each
    if all(piece in spelling.SYLLABLES for piece in pieces):
        return _any_of([_reading_clause(tuple(pieces)), _piece_clause(joined)])
    if all(len(piece) == 1 for piece in pieces):
        return _piece_clause(joined)
    return _any_of([each, _piece_clause(joined)])


def _piece_clause(piece: str) -> str:
    """A run of letters: a word in letters, the start of a word's pinyin, syllables in a row, or initials."""
    choices = [quoted(piece)]
    if len(piece) >= 3:
        choices.append(quoted(f"-{piece}") + ":*")
    cuts = spelling.readings(piece)
    choices.extend(_reading_clause(cut) for cut in cuts)
    if not cuts and 2 <= len(piece) <= spelling.INITIALS_MAX:
        choices.append(_initials(piece))
    return _any_of(choices)


def _initials(piece: str) -> str:
    return quoted(f"~{piece[: spelling.INITIALS_MAX]}") + ":*"


def _all_of(clauses: list[str]) -> str:
    unique = list(dict.fromkeys(clauses))
    return unique[0] if len(unique) == 1 else "(" + " & ".join(unique) + ")"


def _any_of(clauses: list[str]) -> str:
    unique = list(dict.fromkeys(clauses))
    return unique[0] if len(unique) == 1 else "(" + " | ".join(unique) + ")"


# -- one typo ---------------------------------------------------------------------------------------------------------

_HANZI_RUN_MAX = 12
_LETTERS_RUN_MAX = 24
_UNKNOWN_COST, _TYPO_COST, _SECOND_WORD_COST = 4, 2, 1


@dataclass(frozen=True)
class _Near:
    words: dict[str, list[str]]  # typed stretch -> known words it may stand for, best first


def _near_words(pieces: list[str]) -> _Near:
    """For every stretch of the pieces that may be one word: the vocabulary words it is, or is one typo away from."""
    hanzi = {part for piece in pieces if spelling.is_hanzi(piece) for part in _stretches(piece[:_HANZI_RUN_MAX], 2, 8)}
    letters = {part for piece in pieces if not spelling.is_hanzi(piece) for part in _heads_and_tails(piece)}
    asked: dict[tuple[str, str], set[str]] = {}
    for part in hanzi:
        for spelled in (part, *(spelling.left_out(part) if len(part) >= 3 else ())):
            asked.setdefault(("h", spelled), set()).add(part)
    for part in letters:
        for spelled in (part, *(spelling.left_out(part) if len(part) >= 4 else ())):
            asked.setdefault(("p", spelled), set()).add(part)
        for cut in spelling.readings(part):
            if len(cut) >= 3:
                for i in range(len(cut)):
                    asked.setdefault(("s", " ".join((*cut[:i], "*", *cut[i + 1 :]))), set()).add(part)
    rows = SearchWord.objects.filter(
        kind__in={kind for kind, _ in asked}, spelling__in=[spelled for _, spelled in asked]
    ).values_list("kind", "spelling", "word")[:2_000]
    found: dict[str, set[tuple[int, str]]] = {}
    for kind, spelled, word in rows:
        for part in asked.get((kind, spelled), ()):
            cost = _typo_cost(kind, part, word)
            if cost is not None:
                found.setdefault(part, set()).add((cost, word))
    words = {}
    for part, choices in found.items():
        best = min(cost for cost, _ in choices)
        words[part] = sorted(word for cost, word in choices if cost == best)[:4]
    return _Near(words)


def _typo_cost(kind: str, part: str, word: str) -> int | None:
    """0 the word itself, 1 sounds the same, 2 a changed letter, 3 a letter too few or too many; None for no match."""
    if kind == "s":
        return 2
    known = word if kind == "h" else "".join(spelling.syllables(word))
    if known == part:
        return 0
    if not spelling.is_one_typo_apart(part, known):
        return None
    if kind == "h" and spelling.syllables(part) == spelling.syllables(word):
        return 1
    return 2 if len(part) == len(known) else 3


def _stretches(run: str, shortest: int, longest: int) -> Iterable[str]:
    for start in range(len(run)):
        for end in range(start + shortest, min(start + longest, len(run)) + 1):
            yield run[start:end]


def _heads_and_tails(letters: str) -> set[str]:
    """The whole, and every way to cut it in two: a run of letters rarely holds more than two words."""
    short = letters[:_LETTERS_RUN_MAX]
    cuts = range(4, len(short) - 3)
    return {short} | {short[:i] for i in cuts} | {short[i:] for i in cuts}


def _corrected(piece: str, known: _Near) -> tuple[str, str]:
    """The cheapest reading of a piece as known words, as a clause and in words to show."""
    # Least cost to cover the first n letters; a letter outside all known words costs more than a typo.
    best: list[tuple[int, list[tuple[str, list[str]]]]] = [(0, [])]
    for end in range(1, len(piece) + 1):
        cost, parts = best[end - 1]
        choices = [(cost + _UNKNOWN_COST, [*parts, (piece[end - 1], [])])]
        for start in range(end - 1):
            part = piece[start:end]
            words = known.words.get(part)
            if words:
                before, parts = best[start]
                typo = 0 if part in words or part == "".join(spelling.syllables(words[0])) else _TYPO_COST
                choices.append((before + typo + _SECOND_WORD_COST, [*parts, (part, words)]))
        best.append(min(choices, key=lambda choice: choice[0]))
    clauses, shown, unknown = [], [], ""
    for part, words in [*best[-1][1], ("", ["end"])]:
        if not words:
            unknown += part
            continue
        if unknown:
            shown.append(unknown)
            if len(unknown) >= 2 and spelling.is_hanzi(unknown):
                clauses.append(_any_of([_word_clause(unknown), _spoken_clause(unknown)]))
            elif len(unknown) >= 2:
                clauses.append(_piece_clause(unknown))
            unknown = ""
        if part:
            clauses.append(_any_of([_word_clause(word) for word in words]))
            shown.append(words[0])
    if spelling.is_hanzi(piece) and len(piece) >= 2:
        return _any_of([_all_of(clauses or [_word_clause(piece)]), _spoken_clause(piece)]), "".join(shown)
    return _all_of(clauses or [_piece_clause(piece)]), "".join(shown)
