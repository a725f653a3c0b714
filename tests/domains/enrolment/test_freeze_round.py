from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.rounds_to_draw import draw, enter, enter_strangers, frozen, open_round, settled, type_value
from tests.worlds.small_county import HEDE, LINHAI, acting, add_person, add_place, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws.folder import pseudonym_of
from xueqiao.domains.enrolment.errors import draws as errors
from xueqiao.domains.enrolment.jobs import freeze_closed_rounds
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryLine
from xueqiao.domains.enrolment.queries.draws import folder_of
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return small_county()


@pytest.fixture
def made(world):
    made = open_round(world, kept={0: {"newcomer": 1}})
    enter(made, [world.rider], (0, 1))
    enter(made, [world.elder, world.daughter], (0,), channel="counter")
    return made


def refused(error, made, *, actor=None, now=None, code=None):
    before = (
        list(AdmissionRound.objects.values()),
        list(Entry.objects.within(ALL).order_by("pk").values()),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
        sorted(Path(folder_of(made.code)).rglob("*")),
    )
    with pytest.raises(error) as caught:
        enrolment.freeze_round(actor=actor or made.clerk, code=code or made.code, now=now or made.closes)
    assert before == (
        list(AdmissionRound.objects.values()),
        list(Entry.objects.within(ALL).order_by("pk").values()),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
        sorted(Path(folder_of(made.code)).rglob("*")),
    )
    return caught.value


def lines_of(made, name=files.ENTRIES):
    return (folder_of(made.code) / "files" / name).read_text().splitlines()


def test_the_list_is_published_by_pseudonym_with_weight_and_buckets(world, made):
    view = frozen(made)
    assert (view.state, view.entry_count, len(view.list_hash), view.source_value) == ("frozen", 2, 64, "")
    by_pseudonym = {line.split(",")[1]: line.split(",")[2:] for line in lines_of(made)[1:]}
    single, pair = (pseudonym_of(bytes(e.salt), e.code).hex() for e in made.entries)
    codes = [run.code for run in made.runs]
    # rider: lives in 临海镇, never served: weight 2; the pair lives where the round is held
    assert by_pseudonym[single] == ["1", "2", "2", "newcomer", f"{codes[0]} {codes[1]}"]
    assert by_pseudonym[pair] == ["2", "2", "2", "newcomer resident", codes[0]]
    text = "\n".join(lines_of(made))
    assert not any(name in text for name in ("王小骑", "张桂兰", world.rider.code, made.entries[0].code))


def test_rows_remember_what_was_published(made):
    frozen(made)
    numbers = []
    for entry in Entry.objects.within(ALL).order_by("line__number"):
        line = lines_of(made)[entry.line.number].split(",")
        assert line[1] == pseudonym_of(bytes(entry.salt), entry.code).hex()
        assert int(line[2]) == entry.size
        numbers.append(entry.line.number)
    assert numbers == [1, 2]
    facts = EntryLine.objects.order_by("number").values_list("losses", "newcomers", "entry__size")
    assert all((losses, new) == ([0] * size, [True] * size) for losses, new, size in facts)


def test_the_commitment_is_public_and_the_secret_is_not(made):
    view = frozen(made)
    row = made.again()
    freeze = files.read_sealed_json(files.FREEZE, (folder_of(made.code) / "files/freeze.json").read_bytes())
    assert freeze["commitment"] == view.commitment == bytes(row.commitment).hex()
    assert freeze["source"]["name"] == "双色球 第 2026026 期"
    assert "secret" not in freeze and len(row.sealed_secret) == 1 + 12 + 32 + 16
    event = OutboxEvent.objects.get(name="enrolment.RoundFrozen")
    assert event.payload["list_hash"] == view.list_hash
    deed = AuditEntry.objects.get(verb="freeze_round").detail
    assert deed["freeze_sha256"] == view.freeze_hash and "secret" not in deed


def test_who_was_served_before_is_no_newcomer_and_weighs_less(world):
    made = open_round(world)
    add_place(world.run, world.rider)
    enter(made, [world.rider])
    frozen(made)
    assert lines_of(made)[1].split(",")[3] == "1"


def test_losses_of_the_same_series_weigh_until_a_win(world):
    terms = []
    turns = []
    for term in range(5):
        made = open_round(
            world, seats=(0,) if term < 4 else (1,), series="夜校", closes=world.now + timedelta(days=term)
        )
        enter(made, [world.rider])
        settled(made)
        draw(made)
        *_before, weight, turn, _buckets, _wishes = lines_of(made)[1].split(",")
        terms.append(int(weight))
        turns.append(turn)
    assert terms == [2, 3, 4, 5, 5]  # never served; one more for each loss, three at most
    assert turns == ["2", "2", "2", "2", "1"]  # after four losses she comes before all others
    later = open_round(world, series="夜校", closes=world.now + timedelta(days=9))
    enter(later, [world.rider])
    frozen(later)
    assert EntryLine.objects.get(round=later.row).losses == [0]  # won in the fifth term
    other = open_round(world, series="合唱", closes=world.now + timedelta(days=10))
    enter(other, [world.rider])
    frozen(other)
    assert EntryLine.objects.get(round=other.row).losses == [0]


def test_an_entry_that_nobody_agreed_to_or_without_a_wish_is_excluded(world, made):
    nobody = enter(made, [add_person("未应")], states=["invited"])
    wishless = enter(made, [add_person("无愿")], wishes=())
    frozen(made)
    states = dict(Entry.objects.within(ALL).values_list("code", "state"))
    assert (states[nobody.code], states[wishless.code]) == ("excluded", "excluded")
    assert made.again().entry_count == 2


def test_who_has_not_answered_is_not_counted_in(world, made):
    entry = enter(made, [add_person("甲"), add_person("乙")], states=["agreed", "invited"])
    frozen(made)
    assert Entry.objects.within(ALL).get(pk=entry.pk).size == 1


def test_freezing_twice_is_freezing_once(made):
    first = frozen(made)
    assert frozen(made).freeze_hash == first.freeze_hash
    assert AuditEntry.objects.filter(verb="freeze_round").count() == 1


def test_not_before_the_last_wish(made):
    assert (
        "3 月 4 日 周三 19:10" in refused(errors.WishesStillOpen, made, now=made.closes - timedelta(seconds=1)).message
    )


def test_not_once_the_public_value_could_be_known(made):
    refused(errors.FreezeTooLate, made, now=made.due - timedelta(seconds=60))
    refused(errors.FreezeTooLate, made, now=made.due + timedelta(hours=1))


def test_the_database_itself_refuses_a_list_frozen_after_the_value(made):
    frozen(made)
    with pytest.raises(IntegrityError, match="round_frozen_before_source"), transaction.atomic():
        AdmissionRound.objects.filter(pk=made.row.pk).update(frozen_at=made.due)


@pytest.mark.parametrize("state", ["planned", "cancelled"])
def test_only_an_open_round(made, state):
    AdmissionRound.objects.filter(pk=made.row.pk).update(state=state)
    refused(errors.DrawWrongState, made)


def test_an_interview_is_not_drawn(made):
    AdmissionRound.objects.filter(pk=made.row.pk).update(mode="interview", source_kind="panel")
    refused(errors.DrawWrongState, made)


def test_only_staff_of_the_unit(world, made):
    refused(NotAllowed, made, actor=acting(world.rider))
    refused(NotAllowed, made, actor=on_duty(add_person("别镇"), "centre_clerk", LINHAI))
    refused(NotAllowed, made, actor=on_duty(world.teacher, "teacher", HEDE))
    refused(errors.DrawNotFound, made, code="L-none")


def test_the_job_freezes_what_is_closed_and_still_in_time(made, world):
    waiting = open_round(world, closes=world.now + timedelta(days=2))
    freeze_closed_rounds(now=made.closes + timedelta(minutes=5))
    assert (made.again().state, waiting.again().state) == ("frozen", "open")


def test_an_empty_round_is_frozen_and_drawn_too(world):
    made = open_round(world)
    settled(made)
    assert draw(made).entry_count == 0
    assert enrolment.check_folder(folder_of(made.code) / "files").is_sound


def test_a_round_of_strangers_keeps_its_order_of_lines(world):
    made = open_round(world)
    enter_strangers(made, 70)
    frozen(made)
    pseudonyms = [line.split(",")[1] for line in lines_of(made)[1:]]
    assert pseudonyms == sorted(pseudonyms) and len(pseudonyms) == 70
    page = enrolment.list_page(enrolment.get_draw(made.code), 2)
    assert [line.number for line in page.lines] == list(range(65, 71)) and page.pages == 2
    with pytest.raises(errors.SourceNotDue):
        type_value(made, now=made.due - timedelta(seconds=1))
