"""Collects the Chinese texts for translation and compiles the translations: `make messages`.

Babel does it instead of GNU gettext, which a bare machine has not. Besides what is marked in templates and code, the
docstring of every reason to refuse is a text people read.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import django

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "channels" / "web" / "locale"
LANGUAGES = ("en",)
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def collect() -> int:
    """Merge the texts of this version into every language's django.po, compile django.mo; return how many texts."""
    from babel.messages import Catalog, mofile, pofile  # noqa: PLC0415 - a tool of developers

    texts = Catalog(project="xueqiao", version="1", charset="utf-8")
    for place, message, context in [*_marked_texts(), *_reasons()]:
        texts.add(message, locations=[(place, 0)] if place else [], context=context)
    for language in LANGUAGES:
        po = LOCALE / language / "LC_MESSAGES" / "django.po"
        po.parent.mkdir(parents=True, exist_ok=True)
        if po.exists():
            with po.open("rb") as file:
                catalog = pofile.read_po(file, locale=language)
        else:
            catalog = Catalog(locale=language, project="xueqiao", version="1", charset="utf-8")
        catalog.update(texts, no_fuzzy_matching=True)
        with po.open("wb") as file:
            pofile.write_po(file, catalog, width=120, sort_output=True, omit_header=False, include_lineno=False)
        with po.with_suffix(".mo").open("wb") as file:
            mofile.write_mo(file, catalog)
    return len(texts)


def _marked_texts() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    from babel.messages.extract import extract  # noqa: PLC0415
    from django.utils.translation.template import templatize  # noqa: PLC0415

    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix not in {".py", ".html", ".txt"} or "migrations" in file.parts or not file.is_file():
            continue
        if file.suffix != ".py" and "templates" not in file.parts:
            continue
        source = file.read_text()
        if file.suffix != ".py":
            source = templatize(source)
        place = str(file.relative_to(PACKAGE))
        for _, message, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            yield place, message, context


def _reasons() -> Iterator[tuple[str, str, None]]:
    from xueqiao.foundation.reasons import Refused  # noqa: PLC0415
    from xueqiao.server import reference  # noqa: PLC0415

    reference.prepare()
    open_ends = [Refused]
    while open_ends:
        reason = open_ends.pop()
        open_ends += reason.__subclasses__()
        if reason.__module__.startswith("xueqiao."):
            yield (
                reason.__module__.removeprefix("xueqiao.").replace(".", "/") + ".py",
                (reason.__doc__ or "").strip(),
                None,
            )


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(f"{collect()} texts\n")
