"""The demo region, loaded in its small size: real rules hold for made-up rows, at any time of day.

One load is committed for the module (the money of paid bills needs transactions of its own); truncation cleans up.
"""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Count, F

from xueqiao.domains.classes.api import ClassFilter, find_classes
from xueqiao.domains.credits.api import passport_of
from xueqiao.domains.enrolment.api import check_folder, entries_of, offers_to, small_classes
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.institutions.api import institution_counts, parents_of, units_without_centre
from xueqiao.domains.people.api import is_demo_phone
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import SHANGHAI, local, local_date
from xueqiao.foundation.ledger.api import verify_ledger
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo.errors import DemoAlreadyLoaded, NotADemo
from xueqiao.server.demo.extend import extend
from xueqiao.server.demo.load import demo_people, is_loaded, load
from xueqiao.server.demo.plan import SMALL
from xueqiao.server.demo.reset import reset
from xueqiao.server.demo.restage import restage
from xueqiao.server.demo.story import CENTRE, DEMO_KEYS, HEDE_HOME

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 3, 20, tzinfo=SHANGHAI)  # half past three in the night: the worst time to look for a class
EVERYTHING = Scope.everything("tests read it all")


def rows(label):
    return apps.get_model(label).objects


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        result = load(SMALL, now=NOW)
        yield result
        with connection.cursor() as cursor:
            names = connection.introspection.django_table_names(only_existing=True, include_views=False)
            kept = [name for name in names if name not in ("django_migrations", "django_content_type")]
            cursor.execute("SET session_replication_role = replica")  # the ledger forbids deleting its rows
            cursor.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in kept) + " RESTART IDENTITY CASCADE")
            cursor.execute("SET session_replication_role = DEFAULT")


def test_the_network_stands_in_the_database_with_the_brief_numbers():
    counts = institution_counts(320000000000, on=local_date(NOW))
    wanted = {"open_university": 86, "county_college": 100, "township_centre": 1234, "village_school": 15_156}
    assert {kind: counts[kind] for kind in wanted} == wanted
    assert institution_counts(320924000000, on=local_date(NOW))["township_centre"] == 13


def test_hede_centre_stands_under_the_college_and_the_town_government():
    centre = rows("institutions.Institution").get(code="TC320924100")
    found = {link.side: link.parent.name for link in parents_of(centre.pk, on=local_date(NOW))}
    assert found == {"education": "射阳县社区学院", "government": "合德镇人民政府"}
    names = [unit.name for unit in units_without_centre(320924000000, on=local_date(NOW))]
    assert names == ["淮海农场", "临海农场", "新洋农场", "盐场"]


def test_the_plan_is_met_and_everything_says_it_is_a_demo():
    runs = rows("classes.ClassRun")
    assert runs.filter(state="published").count() == SMALL.published_runs
    assert runs.filter(state="finished").count() == SMALL.past_runs
    for label in ("classes.ClassRun", "institutions.Institution", "catalogue.Course"):
        assert not rows(label).filter(is_demo=False).exists()
    assert not rows("people.Person").within(EVERYTHING).filter(is_demo=False).exists()


def test_every_demo_person_exists_can_sign_in_and_has_a_number_that_cannot_exist():
    people = demo_people()
    assert [person.key for person in people] == list(DEMO_KEYS)
    accounts = rows("people.Account").filter(person_id__in=[person.person_id for person in people])
    assert accounts.count() == 9
    phones = rows("people.Person").within(EVERYTHING).exclude(phone=None).values_list("phone", flat=True)
    assert all(is_demo_phone(phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_seat_pools_count_exactly_their_places():
    places = rows("enrolment.Place").within(EVERYTHING)
    taken = Counter(places.filter(state="confirmed").values_list("run_id", flat=True))
    offered = Counter(places.filter(state="held", is_offered=True).values_list("run_id", flat=True))
    assert not places.filter(state="held", is_offered=False).exists()
    pools = list(rows("enrolment.SeatPool").values_list("run_id", "capacity", "held", "taken"))
    assert all((held, seats) == (offered[run], taken[run]) for run, _capacity, held, seats in pools)
    assert all(held + seats <= capacity for _run, capacity, held, seats in pools)
    shown = dict(rows("classes.ClassListing").values_list("run_id", "seats_left_shown"))
    assert all(shown[run] == capacity - held - seats for run, capacity, held, seats in pools if run in shown)
    assert dict(rows("enrolment.SeatPool").values_list("run_id", "capacity")) == dict(
        rows("classes.ClassRun").values_list("id", "capacity")
    )


def test_nobody_sits_twice_in_a_run_or_in_two_meetings_at_once():
    places = rows("enrolment.Place").within(EVERYTHING)
    assert not places.values("run", "person").annotate(n=Count("id")).filter(n__gt=1).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM enrolment_place a JOIN enrolment_place b ON a.person_id = b.person_id AND a.id < b.id"
            " JOIN classes_session s ON s.run_id = a.run_id JOIN classes_session t ON t.run_id = b.run_id"
            " WHERE s.starts_at < t.ends_at AND t.starts_at < s.ends_at"
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("column", ["room_id", "teacher_id"])
def test_no_room_and_no_teacher_is_in_two_meetings_at_once(column):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM classes_session s JOIN classes_session t ON s.{column} = t.{column} AND s.id < t.id"
            " WHERE s.starts_at < t.ends_at AND t.starts_at < s.ends_at"
        )
        assert cursor.fetchone()[0] == 0


def test_whatever_the_evening_tonight_has_free_paid_full_and_closed_classes_at_hede():
    for days in range(7):
        evening = NOW + timedelta(days=days)
        tonight = rows("classes.Session").filter(
            run__region=320924100000,
            starts_at__gte=local(evening).replace(hour=17, minute=0),
            starts_at__lt=local(evening).replace(hour=23, minute=0),
        )
        runs = {s.run for s in tonight.select_related("run__seat_pool")}
        is_open = {run for run in runs if run.enrol_opens_at <= evening < run.enrol_closes_at}
        left = {run: run.seat_pool.capacity - run.seat_pool.taken for run in runs}
        assert any(left[run] and run.price_fen == run.subsidy_fen for run in is_open), evening
        assert any(left[run] and run.price_fen > run.subsidy_fen for run in is_open), evening
        assert any(not left[run] for run in is_open), evening
        assert runs - is_open, evening


def test_the_find_page_sees_a_class_tonight_near_the_demo_people():
    page = find_classes(ClassFilter(region=320924100000, day="tonight"), now=NOW)
    assert page.total >= 2


def test_the_roll_holds_only_learners_of_the_run_at_meetings_that_are_over():
    roll = rows("learning.Attendance").within(EVERYTHING)
    assert roll.count() > 3_000
    assert not roll.filter(session__ends_at__gt=NOW).exists()
    strangers = roll.exclude(session__run__places__person=F("person")).count()
    assert strangers == 0
    assert not roll.exclude(attended_on=F("session__starts_at__date")).exists()


def test_zhang_guilan_has_one_deposited_credit_one_waiting_and_a_certificate():
    elder = next(person for person in demo_people() if person.key == "elder")
    passport = passport_of(actor=Actor.system("test"), person_id=elder.person_id, now=NOW)
    states = Counter(
        rows("credits.CreditProposal")
        .within(EVERYTHING)
        .filter(person_id=elder.person_id)
        .values_list("state", flat=True)
    )
    assert states == {"deposited": 1, "proposed": 1}
    assert passport.person_id == elder.person_id
    assert rows("credits.Certificate").within(EVERYTHING).filter(person_id=elder.person_id).count() == 1


def test_zhang_guilan_has_points_a_reward_to_fetch_and_volunteer_time():
    elder = next(person for person in demo_people() if person.key == "elder")
    named = {"actor": Actor.system("test"), "person_id": elder.person_id, "now": NOW}
    points, hours = incentives.access_points(**named), incentives.access_hours(**named)
    assert points.available > 0
    assert [slip.state for slip in points.redemptions] == ["reserved"]
    assert (hours.minutes, hours.set_aside, hours.waiting_minutes) == (60, 90, 60)  # 60 more in the time bank
    assert len(incentives.rewards_near(HEDE_HOME, on=local_date(NOW))) == 4


def test_every_paid_bill_has_its_money_on_the_ledger_and_the_books_agree():
    assert verify_ledger().is_sound
    bills = rows("payments.Bill").within(EVERYTHING)
    assert bills.exclude(state="paid").count() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE b.posted = bill.amount_fen) FROM payments_bill bill"
            " LEFT JOIN ledger_account a ON a.name = 'bill:' || bill.id || ':held'"
            " LEFT JOIN ledger_balance b ON b.account_id = a.id"
        )
        number, right = cursor.fetchone()
    assert number == right > 0
    paying = rows("enrolment.Place").within(EVERYTHING).filter(to_pay_fen__gt=0, state="confirmed").count()
    assert bills.filter(to_pay_fen__gt=0).count() == paying


def test_there_is_a_round_in_every_state_and_what_is_published_can_be_checked():
    found = {
        row.state: row for row in rows("enrolment.AdmissionRound").filter(state__in=["planned", "frozen", "drawn"])
    }
    states = Counter(rows("enrolment.AdmissionRound").values_list("state", flat=True))
    assert states == {"planned": 1, "open": 2, "frozen": 1, "drawn": 1, "closed": 1}
    opened = rows("enrolment.AdmissionRound").filter(state="open")
    assert [row.wishes_open_at <= NOW for row in opened.order_by("wishes_open_at")] == [True, False]
    assert found["frozen"].source_due_at <= NOW and not found["frozen"].source_value  # two people may type it now
    assert found["planned"].opened_at is None
    for row in rows("enrolment.AdmissionRound").filter(state__in=["drawn", "closed"]):
        check = check_folder(Path(settings.MEDIA_ROOT) / "draws" / row.code / "files")
        assert check.is_sound, check.wrong
        assert check.result_hash == bytes(row.result_hash).hex()
    assert rows("enrolment.WaitingEntry").within(EVERYTHING).filter(source="drawn", state="waiting").count() > 10
    left = rows("enrolment.RoundRun").filter(round__state="closed").values_list("run__admission", flat=True)
    assert set(left) == {"first_come"}


def test_demo_people_have_seats_to_answer_for_and_the_centre_has_something_to_decide():
    people = {person.key: person.person_id for person in demo_people()}
    system = Actor.system("test")
    offers = {key: offers_to(actor=system, person_ids=[people[key]], now=NOW) for key in ("elder", "rider")}
    assert [(offer.source, offer.to_pay_fen > 0) for offer in offers["elder"]] == [("waiting", False)]
    assert [(offer.source, offer.to_pay_fen > 0) for offer in offers["rider"]] == [("drawn", True)]
    assert offers["elder"][0].until - offers["elder"][0].tell_at == timedelta(hours=48)
    (wish,) = entries_of(actor=system, person_ids=[people["daughter"]])
    assert (wish.state, wish.kind, wish.size) == ("entered", "household", 2)
    centre = rows("institutions.Institution").get(code="TC320924100")
    small = {each.code for each in small_classes(institution_id=centre.pk, now=NOW)}
    assert small & set(rows("classes.ClassRun").filter(title="朗诵与主持").values_list("code", flat=True))
    assert rows("classes.RoomBooking").within(EVERYTHING).filter(state="asked").count() == 1
    assert rows("payments.Voucher").within(EVERYTHING).get().person_id == people["rider"]


def test_denominators_add_up_from_villages_to_the_county():
    table = rows("indicators.Denominator")
    for kind in ("residents", "residents_60_plus"):
        county = table.get(kind=kind, region=320924000000)
        inside = table.filter(kind=kind, region__range=(320924000001, 320924999999))
        towns = [row for row in inside if row.region % 1000 == 0]
        villages = [row for row in inside if row.region % 1000]
        assert sum(row.value for row in towns) == sum(row.value for row in villages) == county.value
        assert {row.status for row in inside} == {"estimated"}
    assert table.get(kind="residents", region=320000000000).value == 84_748_016
    assert not table.filter(region=320576000000).exists()  # a statistical zone lies inside other counties' figures


def test_the_elder_lives_where_the_story_says():
    elder = next(person for person in demo_people() if person.key == "elder")
    assert rows("people.Person").within(EVERYTHING).get(pk=elder.person_id).region == HEDE_HOME


def test_a_second_load_is_refused_and_a_reset_outside_demo_mode_too(settings):
    before = rows("people.Person").within(EVERYTHING).count()
    with pytest.raises(DemoAlreadyLoaded):
        load(SMALL, now=NOW)
    settings.DEMO = False
    with pytest.raises(NotADemo):
        reset()
    assert is_loaded()
    assert rows("people.Person").within(EVERYTHING).count() == before


def test_months_later_the_classes_begin_again_without_a_clash_and_only_once():
    later = NOW + timedelta(weeks=30)
    again = extend(now=later)
    assert again >= SMALL.published_runs - 5
    new = rows("classes.ClassRun").filter(copied_from__isnull=False)
    assert new.count() == again
    assert not new.filter(starts_on__lte=local_date(later)).exists()
    assert not new.filter(starts_on__gt=local_date(later) + timedelta(days=7)).exists()
    page = find_classes(ClassFilter(region=320924100000, day="tomorrow"), now=later)
    assert page.total >= 2
    assert extend(now=later) == 0


def test_on_any_day_one_round_takes_wishes_one_waits_for_dice_and_one_has_offers_out():
    """Half a year and a week later, when every round of the load is long over; and once more after nine days."""
    for later in (NOW + timedelta(weeks=31), NOW + timedelta(weeks=31, days=9)):
        restage(now=later)
        rounds = rows("enrolment.AdmissionRound").filter(is_demo=True)
        assert rounds.filter(state="open", wishes_open_at__lte=later, wishes_close_at__gt=later).count() == 1
        waiting = rounds.get(state="frozen", source_due_at__gte=later - timedelta(days=3))
        assert waiting.entry_count
        offers = rows("enrolment.Offer").within(EVERYTHING).filter(state="open", until__gt=later)
        assert offers.filter(draw_entry__round__title="冬季热门班").count() > 5
        code = offers.latest("pk").draw_entry.round.code
        assert check_folder(Path(settings.MEDIA_ROOT) / "draws" / code / "files").is_sound
        begins = rows("classes.ClassRun").filter(rounds__round=waiting).values_list("starts_on", flat=True)
        assert min(begins) > local_date(later)
        assert restage(now=later) == 0


def test_three_named_brands_have_sites_classes_and_learners_that_are_counted():
    from xueqiao.domains.classes import api as classes
    from xueqiao.domains.enrolment.api import count_learners

    found = {each.code: each for each in classes.programmes_in(on=local_date(NOW))}
    assert set(found) == {"XIQING", "SUDA", "XIYIN"}
    for each in found.values():
        figures = classes.programme_figures(each.id, now=NOW)
        assert figures.sites >= 2 and figures.classes_listed >= 1, each
        lines = classes.matrix_lines(each.id, now=NOW)
        assert {line.part == "evening" for line in lines} == {each.code != "XIYIN"}
        assert sum(site.is_main for site in classes.sites_of(each.id, now=NOW)) == 1
    assert count_learners(classes.run_ids_of_programme(found["XIQING"].id)) > 0


def test_a_firm_orders_at_every_step_and_the_teacher_has_a_slip_to_release():
    states = Counter(rows("demand.Order").within(EVERYTHING).values_list("state", flat=True))
    assert states == {"asked": 1, "quoted": 1, "accepted": 1}
    paid = rows("demand.Order").within(EVERYTHING).get(state="accepted")
    assert 0 < paid.received_fen < paid.due_fen
    assert rows("demand.BankLine").filter(state="waiting").count() == 1
    slip = rows("classes.PaySlip").within(EVERYTHING).get()
    assert slip.state == "made"
    assert slip.gross_fen == sum(slip.lines.values_list("line__amount_fen", flat=True)) > 0


def test_eighteen_institutions_and_a_firm_hand_in_their_trainees_under_agreements():
    agreements = apps.get_model("credits.Agreement").objects
    assert agreements.filter(code__startswith="wuxi-", state="active").count() == 18
    assert agreements.get(code="sheyang-01").giver.code == "91320924MADEM0001L"
    deposits = apps.get_model("credits.TraineeDeposit").objects.within(EVERYTHING)
    claims = apps.get_model("credits.Claim").objects.within(EVERYTHING).filter(deposit__isnull=False)
    assert deposits.count() == claims.filter(state="recognised", transfer_id__isnull=False).count() > 12
    assert deposits.filter(agreement__code="sheyang-01").count() == 12


def test_credit_stands_at_every_step_between_institutions_and_counts_in_what_is_published():
    conversions = apps.get_model("credits.Conversion").objects.within(EVERYTHING)
    states = Counter(conversions.values_list("state", flat=True))
    assert set(states) == {"reserved", "converted", "refused", "withdrawn"}, states
    elder = next(person for person in demo_people() if person.key == "elder")
    assert conversions.get(person_id=elder.person_id).state == "refused"
    hede = conversions.filter(institution__code=CENTRE)
    at_hede = Counter(hede.values_list("state", flat=True))
    assert at_hede["reserved"] > 1 and at_hede["converted"] > 1, at_hede  # the clerk has a desk of her own
    assert {"refused", "withdrawn"} < set(at_hede)
    clerk = next(person for person in demo_people() if person.key == "clerk")
    assert set(hede.filter(state="converted").values_list("decided_by", flat=True)) == {clerk.person_id}
    events = apps.get_model("outbox.OutboxEvent").objects.filter(name="credits.ConversionConfirmed")
    assert events.count() == states["converted"]  # clearing is booked when they are delivered


def test_the_pot_and_the_time_bank_received_and_paid():
    pot = incentives.pot_of(320924000000)
    assert pot.points_received > 0
    assert pot.minutes_received == 60
    assert len(pot.spendings) == 1
    (asked,) = apps.get_model("incentives.TimeService").objects.within(EVERYTHING)
    assert asked.state == "asked"
