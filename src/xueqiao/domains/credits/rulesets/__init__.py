"""The rule sets that are shipped: files a programme officer can read, copy and change."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.values.rulesets import RuleSet

FOLDER = Path(__file__).resolve().parent


def shipped_names() -> tuple[str, ...]:
    """Return the names of the shipped files, without their ending."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def shipped_text(name: str) -> str:
    """Return a shipped file as it is. Raises KeyError for a name that is not shipped."""
    if name not in shipped_names():
        raise KeyError(name)
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache
def shipped(name: str) -> RuleSet:
    """Return a shipped rule set. Raises KeyError for a name that is not shipped."""
    return read_rule_file(shipped_text(name))
