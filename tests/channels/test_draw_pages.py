"""The draw's pages: what anybody sees, one's own receipt, and the staff's one next step."""

from datetime import timedelta

import pytest
from django.db.models import F

from tests.channels.visit import signed_in
from tests.domains.enrolment.rounds_to_draw import VALUE, drawn, enter, enter_strangers, frozen, open_round
from tests.worlds.small_county import small_county
from xueqiao.domains.classes.models import Session
from xueqiao.domains.enrolment.api import open_leftovers
from xueqiao.domains.enrolment.models import AdmissionRound, Entry
from xueqiao.foundation import clock
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    world = small_county()
    made = open_round(world, seats=(3, 2))
    enter(made, [world.rider], (0, 1))
    enter_strangers(made, 70, (0, 1))
    return made


def test_the_public_page_explains_itself_and_offers_the_check(client, made):
    drawn(made)
    page = client.get(f"/draws/{made.code}/")
    text = page.content.decode()
    assert page.status_code == 200 and "早报晚报一个样" in text and "自己验一验" in text and VALUE in text
    assert len(page.content) < 30_000


def test_a_class_keeps_the_way_to_its_draw_when_what_was_left_is_first_come(client, made):
    drawn(made)
    path, link = f"/classes/{made.runs[0].code}/", f'href="/draws/{made.code}/"'
    assert link in client.get(path).content.decode()
    later = made.world.now + timedelta(days=10)
    AdmissionRound.objects.filter(pk=made.row.pk).update(leftovers_open_at=later)
    days = timedelta(days=30)
    Session.objects.update(starts_at=F("starts_at") + days, ends_at=F("ends_at") + days)
    assert open_leftovers(now=later) == 1
    text = client.get(path).content.decode()
    assert link in text and "先报先得" in text


def test_list_and_result_are_paged_and_small(client, made):
    drawn(made)
    for part in ("list", "result"):
        page = client.get(f"/draws/{made.code}/{part}/?page=2")
        assert page.status_code == 200 and "第 2 页，共 2 页" in page.content.decode() and len(page.content) < 30_000
    moved = client.get(f"/draws/{made.code}/list/?line=70")
    assert moved["Location"].endswith("/list/?page=2#line-70")


def test_a_line_that_is_not_on_the_list_is_said_to_be_missing(client, made):
    drawn(made)
    for typed in ("72", "0", "一百"):
        page = client.get(f"/draws/{made.code}/list/", {"line": typed})
        text = page.content.decode()
        assert page.status_code == 200 and f"没有第 {typed} 行" in text and "名单从第 1 行到第 71 行" in text


def test_files_and_scripts_are_downloaded(client, made):
    drawn(made)
    raw = b"".join(client.get(f"/draws/{made.code}/files/entries.csv").streaming_content)
    assert raw.startswith(b"number,pseudonym")
    assert client.get(f"/draws/{made.code}/files/secret.txt").status_code == 404
    assert b"checkDraw" in client.get("/draws/script/verify.js").content
    assert client.get("/draws/script/verify.py").status_code == 404
    assert f'data-from="/draws/{made.code}/files/"' in client.get(f"/draws/{made.code}/check/").content.decode()
    answer = client.get(f"/api/v1/draws/{made.code}").json()
    assert answer["source_value"] == VALUE and "draw.json" in [each["name"] for each in answer["files"]]


def test_before_the_freeze_there_is_nothing_to_see(client, made):
    assert client.get(f"/draws/{made.code}/").status_code == 404
    frozen(made)
    assert client.get(f"/draws/{made.code}/").status_code == 200
    assert client.get(f"/draws/{made.code}/result/").status_code == 404


def test_the_receipt_is_for_those_it_belongs_to(made):
    drawn(made)
    uuid = Entry.objects.within(Scope.everything("test")).get(pk=made.entries[0].pk).uuid
    assert signed_in(made.world.elder).get(f"/mine/receipts/{uuid}/").status_code == 404
    client = signed_in(made.world.rider)
    page = client.get(f"/mine/receipts/{uuid}/").content.decode()
    assert "抽签回执" in page and "名单指纹" in page
    assert ("去确认座位" in page or "看现在排到第几" in page) and 'href="/mine/places/"' in page
    assert client.get(f"/mine/receipts/{uuid}/file/").json()["format"] == "xueqiao-draw-receipt/1"


def test_links_to_the_draw_stand_where_people_look(client, made):
    run, uuid = made.runs[0], Entry.objects.within(Scope.everything("test")).get(pk=made.entries[0].pk).uuid
    rider, show = signed_in(made.world.rider), f"/draws/{made.code}/"
    assert show not in client.get(f"/classes/{run.code}/").content.decode()
    frozen(made)
    assert show in client.get(f"/classes/{run.code}/").content.decode()
    assert f"/mine/receipts/{uuid}/" in rider.get(f"/rounds/entries/{uuid}/").content.decode()
    drawn(made)
    assert f"/mine/receipts/{uuid}/" in rider.get("/mine/").content.decode()
    entry = rider.get(f"/rounds/entries/{uuid}/").content.decode()
    assert show in entry and f"/mine/receipts/{uuid}/" in entry


def test_the_desk_is_told_when_a_round_waits_for_it(made):
    clerk, steps = signed_in(made.world.clerk, staff=True), f"/centre/draws/{made.code}/"
    told = [("open", made.closes), ("frozen", made.due)]
    for state, moment in told:
        for page in ("/centre/", "/rounds/staff/"):
            with clock.frozen(moment - timedelta(minutes=1)):
                assert steps not in clerk.get(page).content.decode(), (state, page)
            with clock.frozen(moment):
                assert steps in clerk.get(page).content.decode(), (state, page)
        frozen(made)
    drawn(made)
    with clock.frozen(made.due + timedelta(hours=1)):
        assert steps not in clerk.get("/centre/").content.decode()
        assert f"/draws/{made.code}/" in clerk.get("/rounds/staff/").content.decode()


def test_staff_press_one_thing_after_another(made):
    client, typed = signed_in(made.world.clerk, staff=True), "01 02 03 04 05 06 16"
    with clock.frozen(made.closes + timedelta(minutes=1)):
        assert "封好名单" in client.get(f"/centre/draws/{made.code}/").content.decode()
        client.post(f"/centre/draws/{made.code}/freeze/")
    assert made.again().state == "frozen"
    with clock.frozen(made.due + timedelta(minutes=1)):
        assert "记下这个数" in client.get(f"/centre/draws/{made.code}/").content.decode()
        client.post(f"/centre/draws/{made.code}/value/", {"value": typed})
        assert "请另一位同事" in client.get(f"/centre/draws/{made.code}/").content.decode()
        client = signed_in(made.world.officer, staff=True)
        assert typed not in client.get(f"/centre/draws/{made.code}/").content.decode()
        client.post(f"/centre/draws/{made.code}/value/", {"value": typed})
        assert "开始抽签" in client.get(f"/centre/draws/{made.code}/").content.decode()
        done = client.post(f"/centre/draws/{made.code}/hold/")
    assert done["Location"] == f"/draws/{made.code}/" and made.again().state == "drawn"


def test_a_slip_in_the_dice_keeps_what_was_typed_and_shows_nobody_elses(made):
    frozen(made)
    clerk, value = signed_in(made.world.clerk, staff=True), f"/centre/draws/{made.code}/value/"
    with clock.frozen(made.due + timedelta(minutes=1)):
        wrong = clerk.post(value, {"value": "01 02 03 99 abc"})
        page = wrong.content.decode()
        assert wrong.status_code == 422 and 'value="01 02 03 99 abc"' in page and "这个数没有记下" in page
        clerk.post(value, {"value": "01 02 03 04 05 06 16"})
        officer = signed_in(made.world.officer, staff=True)
        differs = officer.post(value, {"value": "01 02 03 04 05 06 15", "start_over": ""})
    page = differs.content.decode()
    assert differs.status_code == 409 and 'value="01 02 03 04 05 06 15"' in page
    assert "06 16" not in page and "不一样" in page
