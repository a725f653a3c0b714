"""What every test of rounds looks at: all rows that could have moved."""

from collections.abc import Callable
from typing import Any

import pytest

from xueqiao.domains.enrolment.models import AdmissionRound, Declaration, Entry, EntryMember, Place, SeatPool, Wish
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


def everything() -> list[Any]:
    """All rows a deed on rounds may write, as plain values."""
    return [
        list(AdmissionRound.objects.order_by("pk").values()),
        list(Entry.objects.within(ALL).order_by("pk").values()),
        list(EntryMember.objects.within(ALL).order_by("pk").values()),
        list(Wish.objects.order_by("pk").values()),
        list(Declaration.objects.within(ALL).order_by("pk").values()),
        list(Place.objects.within(ALL).order_by("pk").values("pk", "state")),
        list(SeatPool.objects.order_by("pk").values("held", "taken")),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
    ]


def refused(reason: type[Exception], deed: Callable[..., Any], *args: Any, **values: Any) -> Any:
    """The deed is refused with `reason` and nothing moved; return the refusal."""
    before = everything()
    with pytest.raises(reason) as caught:
        deed(*args, **values)
    assert everything() == before
    return caught.value


def states_of(entry_id: int) -> dict[str, str]:
    """Name -> state of the people of an entry."""
    members = EntryMember.objects.within(ALL).filter(entry_id=entry_id).order_by("pk")
    return dict(members.values_list("person__name", "state"))
