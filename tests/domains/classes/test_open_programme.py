import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.programmes import add_programme, officer_of
from tests.worlds.small_county import LINHAI, acting, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import BadProgramme, ProgrammeCodeTaken
from xueqiao.domains.classes.models import Programme, ProgrammeSite
from xueqiao.domains.institutions.api import InstitutionUnknown
from xueqiao.foundation.reasons import NotAllowed


def found(world, actor=None, **changes):
    wanted = {
        "code": "SYYX",
        "name": "射阳夜校",
        "institution_id": world.college.id,
        "summary": "下班以后学一门手艺",
        "now": world.now,
    }
    return classes.open_programme(actor=actor or officer_of(world), **(wanted | changes))


def rows_now():
    return Programme.objects.count(), ProgrammeSite.objects.count()


def test_a_programme_begins_with_its_main_school_as_its_only_site(world):
    made = found(world, code=" syyx ")
    assert (made.code, made.region, made.institution_name) == ("SYYX", world.college.region, world.college.name)
    (site,) = classes.sites_of(made.id, now=world.now)
    assert (site.institution_id, site.is_main) == (world.college.id, True)


def test_a_clerk_may_found_one_for_her_own_centre(world):
    assert found(world, clerk_of(world), institution_id=world.centre.id).institution_id == world.centre.id


def test_strangers_found_nothing(world):
    before = rows_now()
    for actor in (acting(world.elder), clerk_of(world), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            found(world, actor)
    with pytest.raises(InstitutionUnknown):
        found(world, institution_id=0)
    assert rows_now() == before


def test_one_code_one_programme(world):
    add_programme(world)
    before = rows_now()
    with pytest.raises(ProgrammeCodeTaken, match="SYYX"):
        found(world, code="syyx")
    assert rows_now() == before


@pytest.mark.parametrize(
    "changes",
    [{"code": each} for each in ("", "X", "1AB", "夜校", "A-B", "A" * 17, "A/B")]
    + [{"name": each} for each in ("", "夜", "夜" * 31)]
    + [{"summary": "短"}, {"summary": "长" * 201}, {"source": "长" * 161}],
)
def test_names_that_do_not_fit_an_address_or_a_poster(world, changes):
    before = rows_now()
    with pytest.raises(BadProgramme):
        found(world, **changes)
    assert rows_now() == before
