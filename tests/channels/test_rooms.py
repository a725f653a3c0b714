"""Borrowing a room by its pages, without scripts."""

from __future__ import annotations

import re

import pytest

from tests.channels.visit import signed_in
from tests.worlds import lively
from xueqiao.domains.classes.models import RoomBooking
from xueqiao.foundation import clock
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


def test_a_resident_borrows_a_room_and_the_clerk_lends_it(evening: lively.Lively) -> None:
    code = evening.small.centre.code
    with clock.frozen(evening.now):
        rider = signed_in(evening.rider)
        day = rider.get(f"/rooms/{code}/?day=2026-03-06").content.decode()
        assert "at=2026-03-06T15" in day
        assert f"room={evening.small.room.id}&amp;at=2026-03-06T09" not in day  # the paper cutters have it
        form = rider.get(f"/rooms/{code}/book/?room={evening.small.room.id}&at=2026-03-06T15")
        key = re.search(r'name="form_key" value="(\w+)"', form.content.decode())
        assert key is not None
        sent = {
            "room": evening.small.room.id,
            "at": "2026-03-06T15",
            "hours": "1",
            "club": "骑手歌队",
            "purpose": "排练",
            "people": "6",
            "form_key": key[1],
        }
        for _ in range(2):  # a double press is one booking
            assert rider.post(f"/rooms/{code}/book/", sent)["Location"] == "/mine/rooms/"
        made = RoomBooking.objects.within(ALL).get(club="骑手歌队")
        clerk = signed_in(evening.clerk, staff=True)
        assert "骑手歌队" in clerk.get("/centre/rooms/").content.decode()
        clerk.post(f"/centre/rooms/{made.uuid}/answer/", {"refuse": "1"})  # without a reason nothing happens
        assert RoomBooking.objects.within(ALL).get(pk=made.pk).state == "asked"
        clerk.post(f"/centre/rooms/{made.uuid}/answer/", {"confirm": "1"})
        assert "已借到" in rider.get("/mine/rooms/").content.decode()
        rider.post("/mine/rooms/", {"booking": str(made.uuid)})
        assert RoomBooking.objects.within(ALL).get(pk=made.pk).state == "cancelled"


def test_what_is_wrong_is_said_and_what_was_typed_stays(evening: lively.Lively) -> None:
    code = evening.small.centre.code
    with clock.frozen(evening.now):
        sent = {"room": evening.small.room.id, "at": "2026-03-06T15", "hours": "1", "club": "骑手歌队", "people": "900"}
        page = signed_in(evening.rider).post(f"/rooms/{code}/book/", sent)
    assert page.status_code == 422
    assert "骑手歌队" in page.content.decode()
    assert RoomBooking.objects.within(ALL).filter(person=evening.rider).count() == 0


@pytest.mark.parametrize("query", ["", "?room=x&at=y", "?room=1&at=9999-99-99T99", "?room=99999999&at=2026-03-06T15"])
def test_a_bad_address_leads_back_to_the_day(evening: lively.Lively, query: str) -> None:
    with clock.frozen(evening.now):
        answer = signed_in(evening.rider).get(f"/rooms/{evening.small.centre.code}/book/{query}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/rooms/")
