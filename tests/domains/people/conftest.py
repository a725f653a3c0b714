"""A small county, and a gateway that writes down what would have been sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from tests.worlds.small_county import NOW, SmallCounty, small_county
from xueqiao.domains.people.api import ShownMessage, actor_of_account, sms_gateway
from xueqiao.domains.people.models import Account, Person
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor


@dataclass
class Outbox:
    """What left the house: (way, phone, template, values). `is_broken` refuses everything."""

    sent: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    is_broken: bool = False

    def send(self, phone: str, template: str, values: dict[str, str]) -> None:
        self._keep("sms", phone, template, values)

    def call(self, phone: str, template: str, values: dict[str, str]) -> None:
        self._keep("voice", phone, template, values)

    def shown_on_screen(self, phone: str, since: datetime) -> list[ShownMessage]:
        return []

    def code_for(self, phone: str) -> str:
        return next(v["code"] for _way, to, _t, v in reversed(self.sent) if to == phone and "code" in v)

    def _keep(self, way: str, phone: str, template: str, values: dict[str, str]) -> None:
        if self.is_broken:
            raise OSError("no network")
        self.sent.append((way, phone, template, values))


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    before, mine = sms_gateway._gateway, Outbox()
    sms_gateway.plug(mine)
    yield mine
    sms_gateway._gateway = before


@pytest.fixture
def world(db: None, settings: object) -> SmallCounty:
    settings.DEMO = True  # the world's phones are of the range that cannot exist
    return small_county()


VISITOR = Actor.visitor()


def as_actor(person: Person, *, channel: str = "web", now: datetime = NOW, factor: bool = True) -> Actor:
    """The actor a signed-in person is, staff duties included."""
    return actor_of_account(Account.objects.get(person=person), now=now, channel=channel, factor_passed=factor)


def deeds(verb: str) -> list[AuditEntry]:
    """Audit rows of one verb, oldest first."""
    return list(AuditEntry.objects.filter(verb=verb).order_by("id"))


def wrong(code: str) -> str:
    """Six digits that are not `code`."""
    return re.sub(r"^.", lambda m: str((int(m.group()) + 1) % 10), code)
