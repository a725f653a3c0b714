from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.domains.classes.planning import clerk_of
from tests.worlds.programmes import add_classes, add_programme, officer_of
from tests.worlds.small_county import LINHAI, acting, add_person, add_place, add_run, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import NotASite, NothingChosen, RunInAnother, UnknownClass
from xueqiao.domains.classes.models import ProgrammeRun, ProgrammeSite
from xueqiao.domains.classes.values.programmes import BY_COURSE, BY_SITE
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.reasons import NotAllowed


def add(world, *codes, actor=None, code="SYYX"):
    return classes.add_to_programme(
        actor=actor or clerk_of(world), programme_code=code, class_codes=codes, now=world.now
    )


def test_the_clerk_of_a_site_puts_her_own_classes_under_the_name(world):
    made = add_programme(world)
    assert add(world, world.run.code) == 1
    assert classes.programme_of_run(world.run.id) == made
    assert classes.programme_of_run(add_run(world)[0].id) is None


def test_all_of_them_or_none(world):
    add_programme(world)
    elsewhere = add_run(world, centre=world.bureau)[0]
    with pytest.raises(NotASite, match="射阳县教育局"):
        add(world, world.run.code, elsewhere.code, actor=officer_of(world))
    with pytest.raises(UnknownClass):
        add(world, world.run.code, "NOPE")
    with pytest.raises(NothingChosen):
        add(world)
    for actor in (acting(world.elder), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            add(world, world.run.code, actor=actor)
    assert not ProgrammeRun.objects.exists()


def test_a_class_stands_under_one_name_only(world):
    add_programme(world)
    add_programme(world, code="OTHER", name="另一个夜校")
    add(world, world.run.code)
    for code in ("SYYX", "OTHER"):
        with pytest.raises(RunInAnother, match="射阳夜校"):
            add(world, world.run.code, code=code)
    assert ProgrammeRun.objects.count() == 1


def test_the_schema_puts_no_class_under_another_schools_site(world):
    """The site is 临海's, the class 合德's: neither column alone lies, so both point together."""
    made = add_programme(world)
    site = ProgrammeSite.objects.get(programme_id=made.id, institution=world.other_centre)
    for institution, name in ((world.centre, "programme_run_of_site"), (world.other_centre, "programme_run_of_school")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ProgrammeRun.objects.create(run=world.run, site=site, institution=institution, added_at=world.now)


def test_without_those_two_keys_a_class_is_counted_for_a_school_that_does_not_give_it(world, mutants):
    made = add_programme(world)
    site = ProgrammeSite.objects.get(programme_id=made.id, institution=world.other_centre)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE classes_programmerun DROP CONSTRAINT programme_run_of_site,"
            " DROP CONSTRAINT programme_run_of_school"
        )
    ProgrammeRun.objects.create(run=world.run, site=site, institution=world.centre, added_at=world.now)
    wrong = ProgrammeRun.objects.exclude(institution_id=site.institution_id).exists()
    mutants.tell("classes", "a class stands under another school's site", caught=wrong)


def test_a_class_that_goes_on_next_term_keeps_the_name_while_its_school_is_a_site(world):
    made = add_programme(world)
    add_classes(world, made.code, world.run)
    first = classes.copy_last_term(
        actor=clerk_of(world), source_code=world.run.code, first_day=date(2026, 9, 2), now=world.now
    )
    assert classes.programme_of_run(first.run_id) == made
    ProgrammeSite.objects.filter(institution=world.centre).update(left_on=date(2026, 3, 4))
    second = classes.copy_last_term(
        actor=clerk_of(world), source_code=world.run.code, first_day=date(2027, 3, 3), now=world.now
    )
    assert classes.programme_of_run(second.run_id) is None


def test_the_matrix_shows_sites_courses_and_times_with_the_seats_left(world):
    made = add_programme(world)
    morning = add_run(world, hour=9, first_day=date(2026, 3, 9), title="剪纸", capacity=12)[0]
    sunday = add_run(world, centre=world.other_centre, hour=14, first_day=date(2026, 3, 8), title="茶艺")[0]
    hidden = add_run(world, hour=20, state="draft")[0]
    add_classes(world, made.code, world.run, morning, sunday, hidden)
    classes.refresh_listings(region=320000000000, now=world.now)
    classes.show_seats_left(run_id=world.run.id, seats=3)
    lines = classes.matrix_lines(made.id, now=world.now)
    sites = classes.sites_of(made.id, now=world.now)
    rows = classes.matrix(lines, sites, by=BY_SITE)
    assert [(row.label, row.is_main, row.count, row.seats_left) for row in rows] == [
        ("射阳县社区学院", True, 0, 0),
        ("合德镇社区教育中心", False, 2, 15),
        ("临海职工夜校", False, 1, 20),
    ]
    cells = rows[1].cells
    assert [line.title for line in cells["daytime"]] == ["剪纸"]
    assert [(line.title, line.weekday, line.seats_left) for line in cells["evening"]] == [(world.run.title, 3, 3)]
    assert [line.title for line in rows[2].cells["weekend"]] == ["茶艺"]
    by_course = classes.matrix(lines, sites, by=BY_COURSE)
    assert [(row.label, row.count) for row in by_course] == [(world.course.title, 3)]
    one = classes.matrix_lines(made.id, site_id=sites[2].id, now=world.now)
    assert [line.code for line in one] == [sunday.code]


def test_figures_are_counted_and_a_person_in_two_classes_is_one_learner(world):
    made = add_programme(world)
    other = add_run(world, hour=9)[0]
    add_classes(world, made.code, world.run, other)
    classes.refresh_listings(region=320000000000, now=world.now)
    add_place(world.run, world.elder)
    add_place(other, world.elder)
    add_place(other, world.daughter)
    add_place(other, add_person("占座的"), state="held")
    add_place(add_run(world, hour=10)[0], world.rider)  # not of the programme
    figures = classes.programme_figures(made.id, now=world.now)
    assert (figures.sites, figures.classes_listed, figures.classes_all, figures.seats_left) == (3, 2, 2, 40)
    assert enrolment.count_learners(classes.run_ids_of_programme(made.id)) == 2


def test_find_shows_only_the_programmes_classes_with_counts_that_fit(world):
    made = add_programme(world)
    add_run(world, hour=9, first_day=date(2026, 3, 5))
    add_classes(world, made.code, world.run)
    classes.refresh_listings(region=320000000000, now=world.now)
    everything = classes.find_classes(classes.ClassFilter(seats=False), now=world.now)
    ours = classes.find_classes(classes.ClassFilter(seats=False, programme_id=made.id), now=world.now)
    assert (everything.total, ours.total) == (2, 1)
    assert [card.code for card in ours.cards] == [world.run.code]
    assert {each.count for each in ours.facet("category")} == {1}
