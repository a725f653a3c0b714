"""The timetable boards of a week and of a term, and the room board, without a browser."""

import gzip
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from tests.worlds import lively, small_county
from xueqiao.foundation import clock

HTML_BYTES_MAX = 30_000  # gzipped, as for residents' pages


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


def test_a_term_by_rooms_and_by_teachers(evening: lively.Lively) -> None:
    clerk = signed_in(evening.clerk, staff=True)
    with clock.frozen(evening.now):
        rooms = text_of(clerk.get("/centre/board/term/")).replace("\u00a0", " ")
        for words in ("2026 年春季学期", "智能手机影像创作（初级）", "17:00–18:30", "陆建芬", "草稿", "次课", "空 "):
            assert words in rooms, words
        teachers = text_of(clerk.get("/centre/board/term/?by=teachers"))
        assert evening.roll_run.room.name in teachers
        before = text_of(clerk.get("/centre/board/term/?term=2026-01-31"))
        assert "2025 年秋季学期" in before
        assert "智能手机影像创作（初级）" not in before


def test_a_line_of_the_term_leads_to_the_week_of_its_next_meeting_and_the_week_to_its_term(
    evening: lively.Lively,
) -> None:
    clerk = signed_in(evening.clerk, staff=True)
    coming = evening.roll_run.sessions.filter(starts_at__gte=evening.now - timedelta(hours=12)).earliest("starts_at")
    with clock.frozen(evening.now):
        page = clerk.get("/centre/board/term/").content.decode()
        assert f"/centre/board/?week={clock.local_date(coming.starts_at)}" in page
        assert "/centre/board/term/?term=2026-03-02" in clerk.get("/centre/board/").content.decode()


def test_one_room_is_chosen(evening: lively.Lively) -> None:
    room = evening.roll_run.room
    with clock.frozen(evening.now):
        page = signed_in(evening.clerk, staff=True).get(f"/centre/board/term/?only={room.pk}").content.decode()
        assert page.count('scope="rowgroup"') == 1
        assert f'<option value="{room.pk}" selected>' in page
        many = signed_in(evening.clerk, staff=True).get("/centre/board/term/?only=' or 1=1").content.decode()
    assert many.count('scope="rowgroup"') > 1


@pytest.mark.parametrize("view", ["", "?by=teachers"])
def test_a_full_term_stays_small_and_asks_the_database_no_more(evening: lively.Lively, view: str) -> None:
    """Forty-two classes in fourteen more rooms, every one of another teacher."""
    clerk = signed_in(evening.clerk, staff=True)
    with clock.frozen(evening.now):
        clerk.get("/centre/board/term/" + view)
        with CaptureQueriesContext(connection) as few:
            clerk.get("/centre/board/term/" + view)
        for number in range(14):
            room = small_county.add_room(evening.small.centre, name=f"甲 {number}")
            for hour in (9, 14, 19):
                teacher = small_county.add_person(f"老师{number}", with_account=False)
                small_county.add_run(
                    evening.small, room=room, teacher=teacher, hour=hour, session_count=3, title=f"第 {number} 班{hour}"
                )
        with CaptureQueriesContext(connection) as many:
            page = clerk.get("/centre/board/term/" + view)
    assert len(many) == len(few)
    assert page.content.decode().count('scope="rowgroup"') > 14
    assert len(gzip.compress(page.content)) <= HTML_BYTES_MAX
    if view:
        assert "没有列出" in text_of(page)  # more teachers than a page has rows: said, and each can be chosen


def test_a_day_of_rooms_says_what_is_there_and_what_is_free(evening: lively.Lively) -> None:
    with clock.frozen(evening.now):
        page = text_of(signed_in(evening.clerk, staff=True).get("/centre/rooms/board/"))
    assert "智能手机影像创作（初级）" in page
    assert "空 14 小时" in page  # a room without a class, from eight to ten in the evening
    assert "空 12 小时" in page  # from five to half past six somebody is there


@pytest.mark.parametrize(
    "address",
    [
        "/centre/board/?week=soon",
        "/centre/board/term/?term=soon",
        "/centre/board/term/?term=9999-01-01",
        "/centre/rooms/board/?day=9999-01-01",
    ],
)
def test_nonsense_is_refused(evening: lively.Lively, address: str) -> None:
    with clock.frozen(evening.now):
        assert signed_in(evening.clerk, staff=True).get(address).status_code == 422
