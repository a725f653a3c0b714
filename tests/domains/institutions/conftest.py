"""A small county and the two people who may govern it or not."""

from typing import Any

import pytest

from tests.worlds.small_county import COUNTY, OTHER_COUNTY, SmallCounty, on_duty, small_county
from xueqiao.domains.institutions.models import Institution, InstitutionArea, InstitutionParent
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent


@pytest.fixture
def world(db: None) -> SmallCounty:
    return small_county()


@pytest.fixture
def officer(world: SmallCounty) -> Actor:
    return on_duty(world.officer, "county_officer", COUNTY)


@pytest.fixture
def stranger(world: SmallCounty) -> Actor:
    return on_duty(world.other_officer, "county_officer", OTHER_COUNTY)


@pytest.fixture
def everything_written(db: None) -> Any:
    """What a refusal must leave as it was."""

    def snapshot() -> list[Any]:
        return [
            list(model.objects.order_by("pk").values())
            for model in (Institution, InstitutionArea, InstitutionParent, AuditEntry, OutboxEvent)
        ]

    return snapshot
