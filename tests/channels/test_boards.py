"""The timetable board and the room board, without a browser."""

from datetime import timedelta

import pytest

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from tests.worlds import lively
from xueqiao.foundation import clock


def test_a_week_by_rooms_and_by_teachers(evening: lively.Lively) -> None:
    clerk = signed_in(evening.clerk, staff=True)
    with clock.frozen(evening.now):
        rooms = text_of(clerk.get("/centre/board/"))
        for words in ("智能手机影像创作（初级）", "17:00–18:30", "陆建芬", "3 月 4 日", "整周空着"):
            assert words in rooms.replace("\u00a0", " "), words
        teachers = text_of(clerk.get("/centre/board/?by=teachers"))
        assert "老师" in teachers
        assert evening.roll_run.room.name in teachers
        # the dropped meeting of two weeks later is on no board
        later = evening.now + timedelta(weeks=2)
        assert "智能手机影像创作（初级）" not in text_of(clerk.get(f"/centre/board/?week={later:%Y-%m-%d}"))


def test_a_day_of_rooms_says_what_is_there_and_what_is_free(evening: lively.Lively) -> None:
    with clock.frozen(evening.now):
        page = text_of(signed_in(evening.clerk, staff=True).get("/centre/rooms/board/"))
    assert "智能手机影像创作（初级）" in page
    assert "空 14 小时" in page  # a room without a class, from eight to ten in the evening
    assert "空 12 小时" in page  # from five to half past six somebody is there


@pytest.mark.parametrize("address", ["/centre/board/?week=soon", "/centre/rooms/board/?day=9999-01-01"])
def test_nonsense_is_refused(evening: lively.Lively, address: str) -> None:
    with clock.frozen(evening.now):
        assert signed_in(evening.clerk, staff=True).get(address).status_code == 422
