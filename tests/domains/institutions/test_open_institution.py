"""open_institution: a body enters the network with what it covers, or nothing moves."""

from datetime import date

import pytest

from tests.worlds.small_county import FARM, HEDE, NOW, OTHER_COUNTY
from xueqiao.domains.institutions import api
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import InvalidInput, NotAllowed
from xueqiao.foundation.regions.api import UnitUnknown

DAY = date(2026, 3, 1)


def _open(actor, **changed):
    wanted = {
        "code": "TC320924401",
        "name": "淮海农场社区教育中心",
        "kind": "township_centre",
        "region": FARM,
        "opened_on": DAY,
        "covers": [FARM],
        "now": NOW,
    }
    return api.open_institution(actor=actor, **(wanted | changed))


def test_a_new_centre_is_open_from_its_day_and_covers_its_unit(officer):
    made = _open(officer)
    assert made.is_open(DAY) and not made.is_open(date(2026, 2, 28))
    assert api.covers(made.id, FARM, on=DAY)
    assert not api.covers(made.id, FARM, on=date(2026, 2, 28))
    deed = AuditEntry.objects.get(verb="open_institution")
    assert (deed.object_id, deed.region, deed.actor_person_id) == (made.id, FARM, officer.person_id)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"code": "TC320924100"}, api.InstitutionCodeTaken),
        ({"code": "TC 1"}, InvalidInput),
        ({"code": "'; DROP TABLE x;--"}, InvalidInput),
        ({"name": "  "}, InvalidInput),
        ({"name": "中心\x00"}, InvalidInput),
        ({"name": "长" * 81}, InvalidInput),
        ({"kind": "casino"}, InvalidInput),
        ({"region": 320924999000}, UnitUnknown),
        ({"covers": [320924998000]}, UnitUnknown),
        ({"covers": [OTHER_COUNTY]}, NotAllowed),
        ({"region": OTHER_COUNTY}, NotAllowed),
    ],
)
def test_bad_input_and_foreign_units_are_refused_and_nothing_moves(officer, everything_written, changed, reason):
    before = everything_written()
    with pytest.raises(reason):
        _open(officer, **changed)
    assert everything_written() == before


def test_an_officer_of_another_county_may_not_open_one_here(stranger, everything_written):
    before = everything_written()
    with pytest.raises(NotAllowed):
        _open(stranger, region=HEDE, covers=[])
    assert everything_written() == before
