from datetime import timedelta

from tests.worlds.small_county import TODAY, add_run
from xueqiao.domains.classes.api import admit_first_come
from xueqiao.domains.classes.models import ClassListing, ClassRun
from xueqiao.foundation.audit.values import Actor

SYSTEM = Actor.system("test")


def test_what_has_not_begun_is_first_come_until_its_first_meeting(world):
    run, sessions, _ = add_run(world, first_day=TODAY + timedelta(days=20), admission="draw")
    assert admit_first_come(actor=SYSTEM, run_ids=[run.pk, world.run.pk], now=world.now) == [run.pk]
    run.refresh_from_db()
    assert (run.admission, run.enrol_closes_at) == ("first_come", sessions[0].starts_at)
    assert ClassListing.objects.get(run=run).admission == "first_come"


def test_what_has_begun_or_is_not_published_stays_as_it_is(world):
    begun, _, _ = add_run(world, first_day=TODAY - timedelta(days=1), admission="draw")
    draft, _, _ = add_run(world, first_day=TODAY + timedelta(days=20), admission="draw", state="draft")
    assert admit_first_come(actor=SYSTEM, run_ids=[begun.pk, draft.pk], now=world.now) == []
    assert set(ClassRun.objects.filter(pk__in=[begun.pk, draft.pk]).values_list("admission", flat=True)) == {"draw"}
