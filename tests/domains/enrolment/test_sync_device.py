"""Entries taken without network: signature, clock, window, duplicates."""

from datetime import timedelta

import pytest

from tests.domains.enrolment.desk_devices import a_desk, signed
from tests.worlds.rounds import CLOSES, drawn_classes, enter, open_a_round
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, add_person, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions import sync_device as syncing
from xueqiao.domains.enrolment.errors.rounds import DeviceUnknown, SignatureWrong
from xueqiao.domains.enrolment.models import DeviceEntry, Entry
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")
HOUR = timedelta(hours=1)


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def runs(world):
    return list(drawn_classes(world))


@pytest.fixture
def opened(world, runs):
    return open_a_round(world, runs)


@pytest.fixture
def desk(world):
    return a_desk(world, now=world.now)


def entries():
    return Entry.objects.within(ALL).count()


def test_what_was_signed_in_the_village_is_an_entry_like_any_other(world, runs, opened, desk):
    later = world.now + 30 * HOUR
    sent = [
        desk.sign(1, opened.code, world.elder.code, [runs[1].code, runs[0].code], world.now + HOUR),
        desk.sign(2, opened.code, world.daughter.code, [runs[0].code], world.now + 2 * HOUR),
    ]
    lines = desk.send(*sent, now=later)
    assert [(line.number, line.outcome) for line in lines] == [(1, "entered"), (2, "entered")]
    entry = Entry.objects.within(ALL).get(leader=world.elder)
    assert (entry.code, entry.channel, entry.entered_by_id) == (lines[0].entry_code, "counter", world.clerk.pk)
    assert list(entry.wishes.order_by("rank").values_list("run__code", flat=True)) == [runs[1].code, runs[0].code]
    assert desk.send(*sent, now=later) == lines  # sent again: the answer of the first time
    assert entries() == 2


def test_one_number_for_two_entries_loses_neither_in_silence(world, runs, opened, desk):
    """A device that was copied: the second with the number is refused in words, the first stays."""
    first = desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now + HOUR)
    second = desk.sign(1, opened.code, world.daughter.code, [runs[0].code], world.now + HOUR)
    lines = desk.send(first, second, now=world.now + 2 * HOUR)
    assert [line.outcome for line in lines] == ["entered", "refused"]
    assert "凭回执重新录入" in lines[1].words
    assert entries() == 1


def test_a_forged_entry_is_not_taken(world, runs, opened, desk):
    good = desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now)
    other = a_desk(world, now=world.now)
    forged = [
        enrolment.SentEntry(good.payload.replace(runs[0].code, runs[1].code), good.signature),
        enrolment.SentEntry(good.payload, bytes(64)),
        enrolment.SentEntry(good.payload, good.signature[:-1]),
        enrolment.SentEntry(good.payload, signed(other.key, good.payload)),
        other.sign(1, opened.code, world.elder.code, [runs[0].code], world.now),
        enrolment.SentEntry("{}", good.signature),
    ]
    for each in forged:
        with pytest.raises(SignatureWrong):
            desk.send(each, now=world.now)
    assert entries() == 0
    assert not DeviceEntry.objects.within(ALL).exists()


def test_the_mutant_that_does_not_check_signatures_takes_a_forged_entry(world, runs, opened, desk, monkeypatch):
    good = desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now)
    forged = enrolment.SentEntry(good.payload.replace(world.elder.code, world.daughter.code), good.signature)
    monkeypatch.setattr(syncing, "is_signed_by", lambda *_args: True)
    assert desk.send(forged, now=world.now)[0].outcome == "entered", "the test above would see this mutant"


def test_only_its_own_clerk_sends_for_a_device(world, runs, opened, desk):
    sent = desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now)
    with pytest.raises(DeviceUnknown):
        desk.send(sent, now=world.now, actor=on_duty(add_person("另一位"), "centre_clerk", HEDE))
    with pytest.raises(NotAllowed):
        desk.send(sent, now=world.now, actor=on_duty(world.officer, "county_officer", COUNTY))
    assert entries() == 0


@pytest.mark.parametrize(
    ("signed_after", "sent_after", "words"),
    [
        (HOUR, timedelta(), "设备的时间快了"),
        (-HOUR, HOUR, "早于设备登记"),
        (timedelta(), 49 * HOUR, "离线超过 48 小时"),
    ],
)
def test_a_clock_that_cannot_be_right_does_not_count(world, runs, opened, desk, signed_after, sent_after, words):
    sent = desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now + signed_after)
    (line,) = desk.send(sent, now=world.now + sent_after)
    assert line.outcome == "refused"
    assert words in line.words
    assert entries() == 0


def test_a_clock_that_was_set_back_shows(world, runs, opened, desk):
    lines = desk.send(
        desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now + 10 * HOUR),
        desk.sign(2, opened.code, world.daughter.code, [runs[0].code], world.now + 2 * HOUR),
        now=world.now + 12 * HOUR,
    )
    assert [line.outcome for line in lines] == ["entered", "refused"]
    assert "被改过" in lines[1].words


def test_signed_before_the_close_and_sent_after_it_waits_for_a_second_person(world, runs, opened, desk):
    sent = desk.sign(1, opened.code, world.elder.code, [runs[0].code], CLOSES - HOUR)
    too_late = desk.sign(2, opened.code, world.daughter.code, [runs[0].code], CLOSES + HOUR / 2)
    lines = desk.send(sent, too_late, now=CLOSES + HOUR)
    assert [line.outcome for line in lines] == ["late", "refused"]
    assert entries() == 0
    officer = on_duty(world.officer, "county_officer", COUNTY)
    (late,) = enrolment.late_entries_of(actor=officer, round_id=opened.id)
    assert (late.source, late.state, late.stamped_at) == ("device", "waiting", CLOSES - HOUR)
    enrolment.decide_late_entry(
        actor=officer, late_uuid=late.uuid, accepts=True, decision="签名在截止前", now=CLOSES + 2 * HOUR
    )
    assert Entry.objects.within(ALL).get().leader_id == world.elder.pk


def test_every_rule_of_an_entry_is_asked_again(world, runs, opened, desk):
    enter(world.elder, opened, runs, now=world.now)
    lines = desk.send(
        desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now),
        desk.sign(2, opened.code, world.daughter.code, ["NO-SUCH"], world.now),
        desk.sign(3, opened.code, world.rider.code, [runs[0].code], world.now),  # lives in another town
        desk.sign(4, "L00000000", world.daughter.code, [runs[0].code], world.now),
        desk.sign(5, opened.code, "00000000", [runs[0].code], world.now),
        now=world.now,
    )
    assert {line.outcome for line in lines} == {"refused"}
    assert "已经有一份志愿" in lines[0].words
    assert "学员号" in lines[2].words
    assert entries() == 1
    assert LINHAI // 1_000_000 == HEDE // 1_000_000
