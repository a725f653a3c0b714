"""Signing in, the first visit and the account, page by page, without scripts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.domains.people.conftest import Outbox, outbox, wrong
from tests.signing_in import signed_in
from tests.worlds.small_county import NOW, SmallCounty, small_county
from xueqiao.channels.effort import effort_for, is_paid
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import Account
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.gateways.messages.rehearsal import RehearsalGateway

__all__ = ["outbox"]
PHONE = "13900001111"


@pytest.fixture
def world(db: None, settings: object) -> SmallCounty:
    settings.DEMO = True
    with clock.frozen(NOW):
        yield small_county()


def crowd(outbox: Outbox, address: str, count: int = 30) -> None:
    """So many codes asked for from one address within this hour."""
    for number in range(count):
        people.request_sign_in_code(actor=Actor.visitor(), phone=f"138{number:08d}", address=address, now=NOW)


def test_a_newcomer_is_in_after_four_pages_and_lands_where_she_wanted_to_go(world, outbox):
    client = Client()
    assert client.get("/me/").headers["Location"] == "/sign-in/?next=%2Fme%2F"
    assert client.post("/sign-in/", {"phone": PHONE, "next": "/me/"}).headers["Location"] == "/sign-in/code/"
    page = client.get("/sign-in/code/").content.decode()
    assert "139****1111" in page and "18:15" in page and outbox.code_for(PHONE) not in page
    response = client.post("/sign-in/code/", {"code": outbox.code_for(PHONE)})
    assert response.headers["Location"] == "/sign-in/profile/"
    form = {"name": "吴秀英", "year": "1958", "month": "3", "day": "5", "home_text": "合德镇"}
    assert client.post("/sign-in/profile/", form).status_code == 422  # no consent
    assert not Account.objects.filter(phone=PHONE).exists()
    assert client.post("/sign-in/profile/", {**form, "consent": "1"}).headers["Location"] == "/me/"
    page = client.get("/me/").content.decode()
    assert "吴*英" in page and "吴秀英" not in page and "合德镇" in page


def test_a_place_with_many_namesakes_is_chosen_from_a_list(world, outbox):
    client = Client()
    client.post("/sign-in/", {"phone": PHONE})
    client.post("/sign-in/code/", {"code": outbox.code_for(PHONE)})
    form = {"name": "吴秀英", "year": "1958", "month": "3", "day": "5", "home_text": "镇", "consent": "1"}
    page = client.post("/sign-in/profile/", form)
    assert page.status_code == 422 and page.content.decode().count('name="region"') == 2
    assert client.post("/sign-in/profile/", {**form, "region": "320924101000"}).status_code == 302


def test_wrong_codes_say_how_many_tries_are_left(world, outbox):
    client = Client()
    client.post("/sign-in/", {"phone": PHONE})
    page = client.post("/sign-in/code/", {"code": wrong(outbox.code_for(PHONE))})
    assert page.status_code == 422 and "还可以再试 4 次" in page.content.decode()


def test_the_code_page_gives_five_more_minutes_once(world, outbox):
    client = Client()
    client.post("/sign-in/", {"phone": PHONE})
    assert client.post("/sign-in/code/extend/").status_code == 302
    page = client.get("/sign-in/code/").content.decode()
    assert "18:20" in page and "extend-code" not in page


def test_a_voice_call_is_one_button_away(world, outbox):
    Client().post("/sign-in/", {"phone": PHONE, "way": "voice"})
    assert outbox.sent[0][0] == "voice"


def test_rehearsal_messages_are_shown_and_labelled_and_real_ones_never(world, outbox):
    client = Client()
    client.post("/sign-in/", {"phone": PHONE})
    assert "演练短信" not in client.get("/sign-in/code/").content.decode()
    people.sms_gateway.plug(RehearsalGateway())
    other = Client()
    other.post("/sign-in/", {"phone": "13900002222"})
    page = other.get("/sign-in/code/").content.decode()
    assert "演练短信" in page and re.search(r"验证码 \d{6}", page)


def test_without_scripts_a_crowded_address_waits_and_is_then_served(world, outbox):
    crowd(outbox, "127.0.0.1")
    client = Client()
    page = client.get("/sign-in/").content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page).group(1)
    assert "18:10:10" in page
    early = client.post("/sign-in/", {"phone": PHONE, "ticket": ticket})
    assert early.status_code == 429 and ticket in early.content.decode()
    with clock.frozen(NOW + timedelta(seconds=10)):
        assert client.post("/sign-in/", {"phone": PHONE, "ticket": ticket}).status_code == 302
        # the ticket bought one code
        assert client.post("/sign-in/", {"phone": "13900002222", "ticket": ticket}).status_code == 409
    assert len(outbox.sent) == 31


def solved(challenge: str) -> str:
    """What the script on the page computes."""
    task = json.loads(challenge)
    number = next(
        n
        for n in range(task["maxNumber"] + 1)
        if hashlib.sha256(f"{task['salt']}{n}".encode()).hexdigest() == task["challenge"]
    )
    answer = {key: task[key] for key in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def test_with_scripts_a_little_computing_pays_and_only_for_this_address(world, outbox):
    crowd(outbox, "203.0.113.9", 12)
    effort = effort_for("203.0.113.9", "here", NOW)
    proof = solved(effort.challenge)
    assert is_paid(proof, "here", NOW) and not is_paid(proof, "elsewhere", NOW)
    forged = json.loads(base64.b64decode(proof)) | {"number": 1}
    for bad in (base64.b64encode(json.dumps(forged).encode()).decode(), "x", "", "e30=", "bnVsbA=="):
        assert not is_paid(bad, "here", NOW)
    assert effort_for("203.0.113.10", "there", NOW).challenge == ""


def test_signing_out_asks_first(world):
    client = signed_in(world.elder)
    assert client.get("/sign-out/").status_code == 200 and client.get("/me/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/me/").status_code == 302


def test_a_demo_link_opens_on_the_button_not_on_the_preview(world, settings):
    made = people.make_entry_link(actor=Actor.system("demo"), person_id=world.clerk.id, now=NOW)
    client = Client()
    for _ in range(2):
        assert client.get(f"/enter/{made.token}/").status_code == 200
    assert client.get("/me/").status_code == 302
    assert client.post(f"/enter/{made.token}/").headers["Location"] == "/centre/"
    assert client.get("/api/v1/me").json()["roles"] == ["centre_clerk"]
    assert Client().post(f"/enter/{made.token}/").status_code == 404
    settings.DEMO = False
    other = people  # outside a demo there is no such entrance at all
    assert other and Client().post(f"/enter/{made.token}/").status_code == 404


def test_the_account_page_makes_a_token_shown_once_and_takes_it_back(world):
    client = signed_in(world.elder)
    page = client.post("/me/tokens/", {"label": "日历", "scope": "read"}).content.decode()
    token = re.search(r"xq_[\w-]+", page).group()
    assert token not in client.get("/me/").content.decode()
    program = Client(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert program.get("/api/v1/me").json()["name"] == "张桂兰"
    withdraw = re.search(r'action="(/me/tokens/[^"]+/withdraw/)"', client.get("/me/").content.decode()).group(1)
    client.post(withdraw)
    assert program.get("/api/v1/me").status_code == 401


def test_moving_home_is_typed_and_chosen(world):
    client = signed_in(world.elder)
    assert client.post("/me/home/", {"home_text": "没有的地方"}).status_code == 422
    assert client.post("/me/home/", {"home_text": "临海镇"}).status_code == 302
    assert "临海镇" in client.get("/me/").content.decode()
