import pytest

from tests.worlds.small_county import HEDE, NOW
from xueqiao.domains.catalogue.api import BadCourse, find_courses, publish_course
from xueqiao.domains.catalogue.models import Course
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import RESIDENT, STAFF, Actor
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

CLERK = Actor(STAFF, person_id=None, roles=frozenset({"centre_clerk"}), scope=Scope.of_region(HEDE))
GOOD = {"code": "C900", "title": "射阳农民画", "category": "文化传承", "session_count": 8, "session_minutes": 90}


def test_a_published_course_is_found_at_once(db):
    publish_course(actor=CLERK, **GOOD, now=NOW)
    assert find_courses("nongminhua")[0].course.code == "C900"
    assert AuditEntry.objects.get(verb="publish_course").detail["code"] == "C900"


def test_publishing_again_changes_it(db):
    first = publish_course(actor=CLERK, **GOOD, now=NOW)
    again = publish_course(actor=CLERK, **(GOOD | {"title": "农民画进阶"}), now=NOW)
    assert again.id == first.id and Course.objects.get().title == "农民画进阶"


@pytest.mark.parametrize(
    "change",
    [
        {"code": "C 900"},
        {"code": "x" * 17},
        {"title": ""},
        {"title": "字" * 81},
        {"title": "a\x00"},
        {"category": "别的"},
        {"audience": "nobody"},
        {"summary": "字" * 301},
        {"outcomes": [""]},
        {"session_count": 0},
        {"session_minutes": 5_000},
    ],
)
def test_what_cannot_be_shown_is_refused_and_nothing_is_stored(db, change):
    with pytest.raises(BadCourse):
        publish_course(actor=CLERK, **(GOOD | change), now=NOW)
    assert not Course.objects.exists()


def test_residents_may_not(db):
    with pytest.raises(NotAllowed):
        publish_course(actor=Actor(RESIDENT, person_id=1), **GOOD, now=NOW)
    assert not Course.objects.exists()
