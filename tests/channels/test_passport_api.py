"""The passport by program: claims with papers, links, a new name. The same actions as the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.domains.credits.completed import Completed, completed
from tests.signing_in import signed_in
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Certificate, CertificateShare, Claim
from xueqiao.domains.people.models import Person
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
EVERYTHING = Scope.everything("tests")


@pytest.fixture
def done() -> Completed:
    made = completed()
    credit_bank.propose_credit(actor=Actor.system("test"), completion_id=made.completion.pk, now=made.now)
    credit_bank.issue_certificate(actor=Actor.system("test"), completion_id=made.completion.pk, now=made.now)
    return made


def a_claim(**wanted: Any) -> dict[str, Any]:
    return {
        "type": "training_certificate",
        "title": "中式面点",
        "issuer": "盐城技师学院",
        "ends_on": "2026-02-01",
        "minutes": 2640,
        "papers": SimpleUploadedFile("证书.png", b"\x89PNG\r\n\x1a\n1", "image/png"),
    } | wanted


def test_a_claim_with_its_paper_is_kept_and_told(done: Completed) -> None:
    client = signed_in(done.person)
    with clock.frozen(done.now):
        answer = client.post("/api/v1/me/claims", a_claim())
        rows = client.get("/api/v1/me/claims").json()
    assert answer.status_code == 201, answer.content.decode()
    (row,) = rows
    assert row == answer.json()
    assert (row["state"], row["title"], row["papers"][0]["content_type"]) == ("claimed", "中式面点", "image/png")
    assert row["due"]
    assert row["rule"]


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"papers": SimpleUploadedFile("a.png", b"GIF89a")}, 422),
        ({"papers": ()}, 422),
        ({"minutes": -4}, 422),
        ({"minutes": "much"}, 422),
        ({"ends_on": "2999-01-01"}, 422),
        ({"type": "a gift"}, 422),
    ],
)
def test_a_claim_with_a_mistake_writes_nothing(done: Completed, wanted: dict[str, Any], status: int) -> None:
    client = signed_in(done.person)
    with clock.frozen(done.now):
        answer = client.post("/api/v1/me/claims", a_claim(**wanted))
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")
    assert not Claim.objects.within(EVERYTHING).exists()


def test_one_paper_is_taken_once(done: Completed) -> None:
    client = signed_in(done.person)
    with clock.frozen(done.now):
        client.post("/api/v1/me/claims", a_claim())
        paper = SimpleUploadedFile("b.png", b"\x89PNG\r\n\x1a\n1", "image/png")
        again = client.post("/api/v1/me/claims", a_claim(papers=paper, title="别的"))
    assert again.status_code == 409
    assert Claim.objects.within(EVERYTHING).count() == 1


def test_a_link_is_made_opens_and_ends(done: Completed) -> None:
    client = signed_in(done.person)
    certificate = Certificate.objects.within(EVERYTHING).get()
    with clock.frozen(done.now):
        made = client.post(
            "/api/v1/me/shares", {"certificates": [str(certificate.uuid)], "days": 3}, content_type="application/json"
        )
        assert made.status_code == 201
        link = made.json()["link"]
        path = link.removeprefix("http://testserver")
        assert signed_in(done.room.learners[0]).get(path).status_code == 200
        (share,) = client.get("/api/v1/me/shares").json()
        assert share["titles"] == [certificate.title]
        assert client.delete(f"/api/v1/me/shares/{share['uuid']}").status_code == 204
        assert client.delete(f"/api/v1/me/shares/{share['uuid']}").status_code == 204
        assert client.get("/api/v1/me/shares").json() == []
        assert client.get(path).status_code == 404


def test_a_link_for_too_long_is_refused(done: Completed) -> None:
    certificate = Certificate.objects.within(EVERYTHING).get()
    wanted = {"certificates": [str(certificate.uuid)], "days": 91}
    answer = signed_in(done.person).post("/api/v1/me/shares", wanted, content_type="application/json")
    assert answer.status_code == 422
    assert not CertificateShare.objects.within(EVERYTHING).exists()


def test_a_new_name_is_a_new_certificate(done: Completed) -> None:
    client = signed_in(done.person)
    old = Certificate.objects.within(EVERYTHING).get()
    path = f"/api/v1/me/certificates/{old.uuid}/reissue"
    with clock.frozen(done.now):
        assert client.post(path).status_code == 409, "the name is what it was"
        Person.objects.within(EVERYTHING).filter(pk=done.person.pk).update(name="赵新名")
        answer = client.post(path)
    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["code"] != old.code
    assert Certificate.objects.within(EVERYTHING).count() == 2
