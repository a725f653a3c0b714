"""Places and payments by program."""

import json
from uuid import uuid4

import pytest

from tests.domains.payments.paying import PRICE, SUBSIDY, TO_PAY
from tests.signing_in import signed_in
from tests.worlds.small_county import add_run, small_county
from xueqiao.domains.enrolment.models import Place
from xueqiao.foundation import clock
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def world():
    world = small_county()
    with clock.frozen(world.now):
        yield world


def call(client, method, path, body=None, **headers):
    return client.generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=headers,
    )


def test_a_place_from_hold_to_withdrawal(world, deliver_due):
    client, run = signed_in(world.rider), add_run(world, price_fen=PRICE, subsidy_fen=SUBSIDY)[0]
    key = uuid4().hex
    for _ in range(2):
        held = call(client, "POST", "/places", {"class_code": run.code}, **{"Idempotency-Key": key})
        assert held.status_code == 201, held.content
    place = held.json()
    assert (place["state"], place["to_pay_fen"], Place.objects.within(ALL).count()) == ("held", TO_PAY, 1)
    path = f"/places/{place['uuid']}"
    assert call(client, "POST", f"{path}/extend").json()["hold_extended"] is True
    billed = call(client, "POST", f"{path}/confirm", {"agreed_fen": TO_PAY}).json()
    started = call(client, "POST", f"/bills/{billed['bill_uuid']}/payments", {})
    assert started.status_code == 201
    client.post(started.json()["url"], {"choice": "pay"})
    deliver_due(world.now)
    assert call(client, "GET", path).json()["state"] == "confirmed"
    assert call(client, "GET", f"{path}/refund").json()["refund_fen"] == TO_PAY
    done = call(client, "POST", f"{path}/withdraw", {"seen_fen": TO_PAY})
    assert done.json()["refund_fen"] == TO_PAY
    assert Place.objects.within(ALL).get().state == "withdrawn"


def test_refusals_are_problem_details(world):
    client = signed_in(world.rider)
    key = {"Idempotency-Key": "k"}
    assert call(client, "POST", "/places", {"class_code": world.run.code}).status_code == 422
    assert call(client, "POST", "/places", {"class_code": "nothing"}, **key).status_code == 404
    stranger = {"class_code": world.run.code, "person_uuid": str(world.elder.uuid)}
    assert call(client, "POST", "/places", stranger, **key).status_code == 404
    held = call(client, "POST", "/places", {"class_code": world.run.code}, **key).json()
    once = call(client, "POST", f"/places/{held['uuid']}/extend")
    assert once.status_code == 200
    twice = call(client, "POST", f"/places/{held['uuid']}/extend")
    assert twice.status_code == 409
    assert twice.headers["Content-Type"].startswith("application/problem+json")
    assert "hold_extended_already" in twice.content.decode()
    assert call(signed_in(world.elder), "GET", f"/places/{held['uuid']}").status_code == 404


def test_a_daughter_holds_and_gives_back_for_her_mother(world):
    client = signed_in(world.daughter)
    asked = {"class_code": world.run.code, "person_uuid": str(world.elder.uuid)}
    held = call(client, "POST", "/places", asked, **{"Idempotency-Key": "k"}).json()
    assert held["person_uuid"] == str(world.elder.uuid)
    assert [p["uuid"] for p in call(client, "GET", "/places").json()] == [held["uuid"]]
    assert call(client, "POST", f"/places/{held['uuid']}/release").json()["state"] == "released"


def test_visitors_hold_nothing(world):
    refused = call(signed_in(None), "POST", "/places", {"class_code": world.run.code}, **{"Idempotency-Key": "k"})
    assert refused.status_code == 401
    assert not Place.objects.within(ALL).exists()
