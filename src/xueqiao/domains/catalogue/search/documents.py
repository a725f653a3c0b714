"""What a document is found by: its tokens as the text of a tsvector, and its words in the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

from xueqiao.domains.catalogue.models import SearchWord
from xueqiao.domains.catalogue.search import spelling

_WORD_LETTERS_MAX = 24


def document_tokens(title: str, body: str = "", names: Iterable[str] = ()) -> str:
    """Return the text of a tsvector for one document: title weighs A, names (place, teacher, other words) B, body D."""
    weights: dict[str, set[str]] = {}
    spoken = spelling.also_called(f"{title} {body}")
    for weight, texts, is_short in (("A", [title], True), ("B", [*names, *spoken], True), ("D", [body], False)):
        for text in texts:
            for token in spelling.spellings(text, is_short):
                weights.setdefault(token, set()).add(weight)
    position = {"A": "1A", "B": "2B", "D": "3"}
    return " ".join(
        f"{quoted(token)}:{','.join(position[weight] for weight in sorted(found))}"
        for token, found in sorted(weights.items())
    )


def quoted(token: str) -> str:
    """A token as tsvector and tsquery literals spell it."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def learn_words(texts: Iterable[str]) -> int:
    """Add the words of titles and names to the vocabulary that typos are corrected by. Returns the number of rows.

    Safe to repeat and to run twice at once: rows are inserted in sorted order and conflicts are ignored.
    """
    words: set[str] = set()
    for text in set(texts):
        words |= spelling.words_of(text)
        words.update(spelling.also_called(text))
    rows = sorted({row for word in words for row in _rows_of(word)})
    SearchWord.objects.bulk_create(
        (SearchWord(kind=kind, spelling=spelled, word=word) for kind, spelled, word in rows),
        batch_size=2_000,
        ignore_conflicts=True,
    )
    return len(rows)


def _rows_of(word: str) -> Iterable[tuple[str, str, str]]:
    if not spelling.is_hanzi(word):
        return
    yield "h", word, word
    if len(word) >= 3:
        for spelled in spelling.left_out(word):
            yield "h", spelled, word
    spoken = spelling.syllables(word)
    letters = "".join(spoken)
    if len(letters) <= _WORD_LETTERS_MAX:
        yield "p", letters, word
        if len(letters) >= 5:
            for spelled in spelling.left_out(letters):
                yield "p", spelled, word
    if 3 <= len(spoken) <= 8:
        for i in range(len(spoken)):
            yield "s", " ".join((*spoken[:i], "*", *spoken[i + 1 :])), word
