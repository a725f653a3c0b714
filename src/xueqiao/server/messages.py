"""Collects the Chinese texts for translation and compiles the translations: `make messages`.

Babel does it instead of GNU gettext, which a bare machine has not. Besides what is marked in templates and code, the
docstring of every reason to refuse is a text people read. The files name no line, no date and no machine, so that they
change only when a text does; a text that is gone is dropped, a new one comes without a translation.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from babel.messages import Catalog

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "channels" / "web" / "locale"
LANGUAGES = ("en",)
# Position of the context among the arguments (-1: none), then those of the text and of its plural.
CALLS = {
    "gettext": (-1, 0),
    "gettext_lazy": (-1, 0),
    "gettext_noop": (-1, 0),
    "_": (-1, 0),
    "ngettext": (-1, 0, 1),
    "ngettext_lazy": (-1, 0, 1),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "npgettext": (0, 1, 2),
}
# The same for what Django makes of a template, as Babel counts.
KEYWORDS = {
    "gettext": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Text = str | tuple[str, ...]
Key = tuple[str, Text]  # context, text (with its plural)


def collect() -> dict[str, list[Key]]:
    """Write every language's django.po and django.mo; return the texts that have no translation, by language."""
    from babel.messages import mofile, pofile  # noqa: PLC0415 - a tool of developers

    texts = find_texts()
    missing: dict[str, list[Key]] = {}
    for language in LANGUAGES:
        po = po_of(language)
        po.parent.mkdir(parents=True, exist_ok=True)
        known = translations_of(read_po(language)) if po.exists() else {}
        catalog = _empty_catalog(language)
        for (context, text), places in texts.items():
            catalog.add(
                text,
                string=known.get((context, text), ""),
                locations=[(place, 0) for place in places],
                context=context or None,
            )
        with po.open("wb") as file:
            pofile.write_po(file, catalog, width=120, sort_output=True, include_lineno=False)
        with po.with_suffix(".mo").open("wb") as file:
            mofile.write_mo(file, catalog)
        found = translations_of(catalog)
        missing[language] = sorted((key for key in texts if not is_translated(found.get(key, ""))), key=str)
    return missing


def po_of(language: str) -> Path:
    """The file translators edit; django.mo beside it is what Django reads."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_po(language: str) -> Catalog:
    """The translations of a language as they are in its django.po. Raises FileNotFoundError when it has none."""
    from babel.messages import pofile  # noqa: PLC0415

    with po_of(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def translations_of(catalog: Catalog) -> dict[Key, Text]:
    """Each text of a catalogue with its translation (as many forms as the language has), the header left out."""
    return {_key(each.context, each.id): _key("", each.string or "")[1] for each in catalog if each.id}


def is_translated(translation: Text) -> bool:
    """True when no form of the translation is empty."""
    return bool(translation) and (isinstance(translation, str) or all(translation))


def find_texts() -> dict[Key, list[str]]:
    """Every text for people, with the files it stands in."""
    texts: dict[Key, list[str]] = {}
    for place, text, context in [*_marked_texts(), *_reasons()]:
        places = texts.setdefault(_key(context, text), [])
        if place not in places:
            places.append(place)
    return texts


def _key(context: str | None, text: str | list[str] | tuple[str, ...]) -> Key:
    return context or "", text if isinstance(text, str) else tuple(text)


def _empty_catalog(language: str) -> Catalog:
    from babel.messages import Catalog  # noqa: PLC0415

    class Lasting(Catalog):
        """A catalogue whose header says nothing that changes from one run to the next."""

        @property
        def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
            return [
                ("Project-Id-Version", "xueqiao"),
                ("Language", language),
                ("Plural-Forms", self.plural_forms),
                ("MIME-Version", "1.0"),
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Transfer-Encoding", "8bit"),
            ]

    note = "# Written by `make messages`: put translations after msgstr, then run it again. Texts come from the code."
    return Lasting(locale=language, header_comment=note, fuzzy=False)


def _marked_texts() -> Iterator[tuple[str, Text, str | None]]:
    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix not in {".py", ".html", ".txt"} or "migrations" in file.parts or not file.is_file():
            continue
        place = file.relative_to(PACKAGE).as_posix()
        if file.suffix == ".py":
            found = _texts_in_code(file.read_text())
        elif "templates" in file.parts:
            found = _texts_in_template(file.read_text())
        else:
            continue
        for text, context in found:
            yield place, text, context


def _texts_in_code(source: str) -> Iterator[tuple[Text, str | None]]:
    """Read from the syntax tree: Babel's reader of tokens does not see calls within f-strings."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        context_at, *text_at = CALLS[name]
        words = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
        forms = [words[at] if at < len(words) else None for at in text_at]
        texts = tuple(each for each in forms if isinstance(each, str) and each)
        context = str(words[context_at]) if context_at >= 0 else None
        if len(texts) == len(text_at):
            yield (texts[0] if len(texts) == 1 else texts), context


def _texts_in_template(source: str) -> Iterator[tuple[Text, str | None]]:
    from babel.messages.extract import extract  # noqa: PLC0415
    from django.utils.translation.template import templatize  # noqa: PLC0415

    for _, text, _, context in extract("python", io.BytesIO(templatize(source).encode()), KEYWORDS):
        yield text, context


def _reasons() -> Iterator[tuple[str, str, None]]:
    from xueqiao.foundation.reasons import Refused  # noqa: PLC0415
    from xueqiao.server import reference  # noqa: PLC0415

    reference.prepare()
    open_ends = [Refused]
    while open_ends:
        reason = open_ends.pop()
        open_ends += reason.__subclasses__()
        text = (reason.__doc__ or "").strip()
        if text and reason.__module__.startswith("xueqiao."):
            yield reason.__module__.removeprefix("xueqiao.").replace(".", "/") + ".py", text, None


def main() -> int:
    """Collect, compile, and name the texts still without a translation."""
    django.setup()
    total = len(find_texts())
    for language, texts in collect().items():
        sys.stdout.write(f"{language}: {total} texts, {len(texts)} without a translation\n")
        for _, text in texts[:20]:
            sys.stdout.write(f"  {text}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
