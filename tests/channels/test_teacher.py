import re
from datetime import timedelta

import pytest

from tests.channels.test_mine import text_of
from tests.channels.visit import signed_in
from tests.domains.learning.classroom import Classroom, classroom, rows
from tests.worlds.small_county import add_person, add_place, give_role
from xueqiao.domains.learning.models import SessionCode
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


def teaching(room: Classroom):  # type: ignore[no-untyped-def]
    lecturer = room.first.teacher
    give_role(lecturer, "teacher", room.run.region, room.world.centre)
    return signed_in(lecturer, staff=True)


def test_the_day_shows_tonights_class_with_roll_and_code() -> None:
    room = classroom(2)
    with clock.frozen(room.world.now):
        page = text_of(teaching(room).get("/teacher/"))
    for words in ("今天的课", room.run.title, "19:00", "点名", "出示签到码"):
        assert words in page, words


def test_one_submit_without_javascript_signs_the_roll_of_forty() -> None:
    room = classroom(40)
    client, path = teaching(room), f"/teacher/sessions/{room.first.pk}/roll/"
    with clock.frozen(room.during()):
        html = client.get(path).content.decode()
        seen = re.findall(r'name="seen" value="(\d+)"', html)
        assert len(seen) == 40
        assert html.count('name="absent"') == 40
        absent = [str(room.learners[3].pk), str(room.learners[7].pk)]
        response = client.post(path, {"seen": seen, "absent": absent})
        assert response.status_code == 302
        page = text_of(client.get(path))
    assert "到 38 人，缺 2 人" in page
    assert sum(state == "absent" for _, _, state, _ in rows(room.run)) == 2


def test_somebody_enrolled_after_the_list_was_shown_is_not_marked_present_unseen() -> None:
    room = classroom(2)
    client, path = teaching(room), f"/teacher/sessions/{room.first.pk}/roll/"
    with clock.frozen(room.during()):
        seen = re.findall(r'name="seen" value="(\d+)"', client.get(path).content.decode())
        add_place(room.run, add_person("刚报名"))
        client.post(path, {"seen": seen})
    assert [name for name, *_ in rows(room.run)] == ["张桂兰", "学员2"]


def test_a_late_correction_asks_for_a_reason_and_keeps_everything_without() -> None:
    room = classroom(2)
    client, path = teaching(room), f"/teacher/sessions/{room.first.pk}/roll/"
    with clock.frozen(room.during()):
        client.post(path, {"seen": [str(learner.pk) for learner in room.learners]})
    wanted = {"person": str(room.learners[1].pk), "state": "absent", "reason": ""}
    with clock.frozen(room.first.ends_at + timedelta(hours=3)):
        refused = client.post(path, wanted)
        assert refused.status_code == 422
        assert "学员会看到" in text_of(refused)
        assert all(state == "present" for _, _, state, _ in rows(room.run))
        client.post(path, wanted | {"reason": "记错人了"})
        assert "记错人了" in text_of(client.get(path))
    assert ("学员2", 1, "absent", 0) in rows(room.run)


@pytest.mark.parametrize("value", ["-1", "1e3", "'; DROP TABLE people_person; --", "9" * 30, "<script>"])
def test_bad_numbers_on_the_roll_are_refused_and_store_nothing(value: str) -> None:
    room = classroom(1)
    with clock.frozen(room.during()):
        response = teaching(room).post(f"/teacher/sessions/{room.first.pk}/roll/", {"absent": [value], "seen": []})
    assert response.status_code == 422
    assert rows(room.run) == []


def test_the_code_page_opens_by_one_press_and_refreshes_by_itself() -> None:
    room = classroom(1)
    client, path = teaching(room), f"/teacher/sessions/{room.first.pk}/code/"
    with clock.frozen(room.during()):
        assert "打开签到码" in text_of(client.get(path))
        assert not SessionCode.objects.exists()
        client.post(path)
        html = client.get(path).content.decode()
        part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<svg" in html
    assert re.search(r'hx-trigger="load delay:\d+s"', html)
    assert '<noscript><meta http-equiv="refresh"' in html
    assert "<html" not in part
    assert 'id="code-part"' in part


def test_residents_and_other_teachers_see_neither_roll_nor_code() -> None:
    room = classroom(1)
    give_role(room.world.rider, "teacher", room.run.region, room.world.centre)
    for client, status in ((signed_in(room.learners[0]), 403), (signed_in(room.world.rider, staff=True), 403)):
        for end in ("roll", "code"):
            with clock.frozen(room.during()):
                response = client.get(f"/teacher/sessions/{room.first.pk}/{end}/")
            assert response.status_code == status
            assert "张桂兰" not in text_of(response)
