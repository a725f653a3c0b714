"""Whom a list of names and numbers means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q

from xueqiao.domains.people import rules
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import Scope

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


def persons_meant(pairs: Sequence[tuple[str, str]]) -> list[int | None]:
    """Return for each (name, number) the id of the one person both mean. number: learner's, phone or ID number.

    None when nobody fits, or more than one: it is not said which, so that a list of numbers cannot be used to find out
    who is registered. One query.
    """
    plain = [_plain(number) for _, number in pairs]
    keys = {number: rules.person_key(settings.SECRET_KEY, number) for number in plain if _ID_NUMBER.fullmatch(number)}
    rows = (
        Person.objects.within(Scope.everything("only who is named rightly is matched"))
        .filter(Q(code__in=plain) | Q(phone__in=plain) | Q(person_key__in=list(keys.values())), merged_into=None)
        .values_list("id", "name", "code", "phone", "person_key")
    )
    found: dict[tuple[str, str | bytes], set[int]] = defaultdict(set)
    for person_id, name, code, phone, key in rows:
        for mark in (code, phone, None if key is None else bytes(key)):
            if mark:
                found[name, mark].add(person_id)
    answers: list[int | None] = []
    for (name, _), number in zip(pairs, plain, strict=True):
        clean = " ".join(name.split())
        fit = found[clean, number] | (found[clean, keys[number]] if number in keys else set())
        answers.append(next(iter(fit)) if len(fit) == 1 else None)
    return answers


def _plain(number: str) -> str:
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", number)).upper()
    return re.sub(r"^(\+86|0086)(?=1[0-9]{10}$)", "", plain)
