"""Last term's classes at once: the list, its fixes, one press, and the drafts published together."""

import re
from datetime import date, timedelta

import pytest

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from tests.worlds.small_county import add_room, add_run, small_county
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation import clock

SEPTEMBER = "2026-09-07"


@pytest.fixture
def world(db):
    return small_county()


@pytest.fixture
def clerk(world):
    with clock.frozen(world.now):
        yield signed_in(world.clerk, staff=True)


def form_of(response) -> dict[str, list[str]]:
    """What a browser would send of the page's form: ticks that are on, hidden fields, the day."""
    page = response.content.decode().split('id="copies"')[1]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            fields.setdefault(name[1], []).append(value[1] if value else "")
    return fields


def test_everything_is_ticked_and_one_press_makes_the_drafts(world, clerk):
    add_run(world, hour=9, first_day=date(2026, 3, 2), title="剪纸")
    page = clerk.get(f"/centre/open/all/?first_day={SEPTEMBER}")
    text = text_of(page)
    assert "2 个可以直接开" in text and "勾了的班里 2 个可以开" in text
    assert "10 月 7 日 国庆节 不上" in text.replace("\u00a0", " ").replace("周三 ", "") or "国庆节" in text
    form = form_of(page)
    assert len(form["code"]) == 2
    done = clerk.post("/centre/open/all/", form | {"step": "open"}, follow=True)
    assert "做好了 2 个班的草稿" in text_of(done)
    assert ClassRun.objects.filter(state="draft").count() == 2


def test_a_clash_is_named_and_its_fix_is_one_press(world, clerk):
    add_run(world, first_day=date(2026, 9, 9), room=world.room, title="抢先的班")
    add_room(world.centre, seats=24, name="二楼教室")
    page = clerk.get(f"/centre/open/all/?first_day={SEPTEMBER}")
    text = text_of(page)
    assert "先定这 1 个" in text
    assert "已有《抢先的班》" in text
    assert "换到二楼教室（24 座，都空着）" in text
    form = form_of(page)
    refused = clerk.post("/centre/open/all/", form | {"step": "open"})
    assert refused.status_code == 409
    assert "一个草稿都没有做" in text_of(refused)
    assert not ClassRun.objects.filter(state="draft").exists()
    fixed = clerk.post("/centre/open/all/", form | {"step": f"fix:{world.run.code}"})
    assert "先定这" not in text_of(fixed)
    clerk.post("/centre/open/all/", form_of(fixed) | {"step": "open"})
    assert ClassRun.objects.get(state="draft").room.name == "二楼教室"


def test_all_fixes_are_one_press_and_what_was_unticked_stays_out(world, clerk):
    add_run(world, hour=9, first_day=date(2026, 3, 2), title="不办了的班")
    for title, day in (("第二个", date(2026, 5, 6)), ("第三个", date(2025, 12, 3))):
        add_run(world, room=world.room, title=title, first_day=day)
    for name in ("甲", "乙"):
        add_room(world.centre, seats=30, name=name)
    page = clerk.get(f"/centre/open/all/?first_day={SEPTEMBER}")
    assert "2 处都按建议改" in text_of(page)
    form = form_of(page)
    gone = ClassRun.objects.get(title="不办了的班").code
    form["code"] = [code for code in form["code"] if code != gone]
    fixed = form_of(clerk.post("/centre/open/all/", form | {"step": "fix"}))
    assert gone not in fixed["code"]
    clerk.post("/centre/open/all/", fixed | {"step": "open"})
    assert ClassRun.objects.filter(state="draft").count() == 3
    assert not ClassRun.objects.filter(state="draft", title="不办了的班").exists()


def test_one_class_may_be_changed_by_hand(world, clerk):
    hall = add_room(world.centre, seats=90, name="礼堂")
    form = form_of(clerk.get(f"/centre/open/all/?first_day={SEPTEMBER}"))
    editing = clerk.post("/centre/open/all/", form | {"step": f"edit:{world.run.code}"})
    assert "礼堂（90 座）" in text_of(editing)
    changed = form | {
        "step": "check",
        "editing": world.run.code,
        "room": hall.id,
        "teacher": world.teacher.id,
        "day": "2026-09-14",
    }
    checked = clerk.post("/centre/open/all/", changed)
    assert "9 月 16 日" in text_of(checked).replace("\u00a0", " ")
    clerk.post("/centre/open/all/", form_of(checked) | {"step": "open"})
    draft = ClassRun.objects.get(state="draft")
    assert (draft.room_id, draft.starts_on) == (hall.id, date(2026, 9, 16))


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "2026-03-04", "2030-01-01", "0000-00-00"])
def test_a_first_day_that_makes_no_sense_is_said_so(world, clerk, day):
    answer = clerk.get(f"/centre/open/all/?first_day={day}")
    assert answer.status_code == 422
    assert "学期第一天" in text_of(answer)


@pytest.mark.parametrize(
    "field", ["1:2", "a:b:c", "9" * 30 + "::", "::2026-99-99", "999999999999999999::", ":999999999999999999:"]
)
def test_a_hidden_field_somebody_wrote_by_hand_breaks_nothing(world, clerk, field):
    form = form_of(clerk.get(f"/centre/open/all/?first_day={SEPTEMBER}"))
    answer = clerk.post("/centre/open/all/", form | {f"set-{world.run.code}": field, "step": "open"})
    assert answer.status_code in (302, 409)


def test_another_centres_class_cannot_be_smuggled_into_the_press(world, clerk):
    elsewhere, _, _ = add_run(world, centre=world.other_centre, room=world.other_room, hour=8)
    answer = clerk.post("/centre/open/all/", {"first_day": SEPTEMBER, "code": elsewhere.code, "step": "open"})
    assert answer.status_code == 422
    assert not ClassRun.objects.filter(state="draft").exists()


def test_drafts_are_published_together_and_those_with_a_price_wait(world, clerk):
    ClassRun.objects.filter(pk=world.run.pk).update(price_fen=36_000, subsidy_fen=18_000)
    add_run(world, hour=9, first_day=date(2026, 3, 2), title="剪纸")
    clerk.post("/centre/open/all/", form_of(clerk.get(f"/centre/open/all/?first_day={SEPTEMBER}")) | {"step": "open"})
    page = clerk.get("/centre/drafts/")
    assert "2 个草稿" in text_of(page) and "其中 1 个收费" in text_of(page)
    codes = list(ClassRun.objects.filter(state="draft").values_list("code", flat=True))
    done = text_of(clerk.post("/centre/drafts/", {"code": codes}, follow=True))
    assert "1 个班已发布" in done and "1 个收费的班已送县区批准" in done
    assert "另有 1 个收费的班在等县区批准" in done


def test_no_draft_is_chosen_or_it_is_not_ones_own(world, clerk):
    assert clerk.post("/centre/drafts/", {}).status_code == 422
    assert clerk.post("/centre/drafts/", {"code": world.run.code}).status_code == 403
    assert ClassRun.objects.get(pk=world.run.pk).state == "published"


def test_forty_classes_fit_one_page(world, clerk):
    for number in range(40):
        add_run(
            world, hour=8 + number % 12, first_day=date(2026, 3, 2) + timedelta(days=number % 5), title=f"第{number}班"
        )
    page = clerk.get(f"/centre/open/all/?first_day={SEPTEMBER}")
    assert len(form_of(page)["code"]) == 41
    done = clerk.post("/centre/open/all/", form_of(page) | {"step": "open"}, follow=True)
    assert "做好了 41 个班的草稿" in text_of(done)
