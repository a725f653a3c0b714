"""Every refusal tells people in Chinese what happened and machines a stable word."""

from __future__ import annotations

import re
import string
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps

from xueqiao.foundation.reasons import Refused

HANZI = re.compile(r"[\u4e00-\u9fff]")


def reasons() -> list[type[Refused]]:
    for config in apps.get_app_configs():
        if config.name.startswith("xueqiao.") and find_spec(f"{config.name}.errors"):
            import_module(f"{config.name}.errors")
    found, open_ends = [], [Refused]
    while open_ends:
        reason = open_ends.pop()
        if reason.__module__.startswith("xueqiao."):
            found.append(reason)
        open_ends += reason.__subclasses__()
    return sorted(found, key=lambda r: (r.__module__, r.__name__))


@pytest.mark.parametrize("reason", reasons(), ids=lambda r: f"{r.__module__}.{r.__name__}")
def test_a_reason_is_said_in_chinese_with_a_code_of_its_own(reason: type[Refused]) -> None:
    own = vars(reason)
    assert own.get("__doc__"), "the docstring is the message"
    assert HANZI.search(own["__doc__"])
    assert re.fullmatch(r"[a-z][a-z0-9_]*", own.get("code", "")), "give it a code of its own"
    assert 400 <= reason.status < 500 or reason.status == 503
    assert not reason.__name__.endswith("Error"), "the name is the reason, without Error"
    # Whatever the message quotes must be a name the raiser can fill.
    for _, name, _, _ in string.Formatter().parse(own["__doc__"].strip()):
        assert name is None or name.isidentifier()


def test_one_code_means_one_thing() -> None:
    """Two domains may refuse for the same reason, then under the same name."""
    meanings: dict[str, set[str]] = {}
    for reason in reasons():
        meanings.setdefault(reason.code, set()).add(reason.__name__)
    assert {code: meaning for code, meaning in meanings.items() if len(meaning) > 1} == {}


def test_no_hanzi_is_followed_by_a_half_width_comma() -> None:
    wrong = [r.__name__ for r in reasons() if re.search(r"[\u4e00-\u9fff],[\u4e00-\u9fff]", r.__doc__ or "")]
    assert wrong == []
