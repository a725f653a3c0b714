"""Pure rules of classes by list: who is on it."""

import re
from collections.abc import Collection

from xueqiao.domains.enrolment.errors.lists import NotOnTheList
from xueqiao.domains.enrolment.values.seats import RunFacts

Listed = tuple[str, str]  # name, phone


def is_on_list(*, name: str, phones: Collection[str], listed: Collection[Listed]) -> bool:
    """True when a name on the list is hers, with a phone that reaches her or who acts for her. Spaces do not count."""
    own = _plain(name)
    return any(phone in phones and _plain(each) == own for each, phone in listed)


def require_on_list(run: RunFacts, *, name: str, is_listed: bool) -> None:
    """Raise NotOnTheList when the class is by list and she is not on it."""
    if run.host and not is_listed:
        raise NotOnTheList(name=name, host=run.host)


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name)
