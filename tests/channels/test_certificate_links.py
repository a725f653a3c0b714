"""Pages by which a learner hands certificates on, and the centre's page for many at once."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.channels.test_mine import text_of
from tests.domains.credits.completed import EVERYTHING, completed
from tests.domains.credits.standing import issued
from tests.signing_in import signed_in
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.people.models import Person
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


def test_a_link_is_made_opened_by_anybody_and_ended() -> None:
    made = issued()
    with clock.frozen(made.now):
        client = signed_in(made.done.person)
        page = client.post("/mine/shares/", {"certificate": [str(made.view.uuid)], "scope": "summary", "days": "7"})
        link = page.context["link"]
        path = link.removeprefix("http://testserver")
        shown = Client().get(path)
        assert shown.status_code == 200
        assert made.view.title in text_of(shown)
        assert "桂" not in shown.content.decode()
        assert (shown["X-Robots-Tag"], shown["Cache-Control"], shown["Referrer-Policy"]) == (
            "noindex",
            "no-store",
            "no-referrer",
        )
        (share,) = page.context["shares"]
        client.post(reverse("mine_share_end", args=[share.uuid]))
        assert Client().get(path).status_code == 404


def test_a_proof_a_statement_and_a_token_are_files_that_verify() -> None:
    made = issued()
    with clock.frozen(made.now):
        client = signed_in(made.done.person)
        page = client.get(reverse("mine_prove", args=[made.view.uuid]))
        assert "看不到姓名" in text_of(page)
        proof = client.post(reverse("mine_prove", args=[made.view.uuid]), {"show": ["title"]}).content
        verdict = credit_bank.verify_file(proof, trusted_keys=credit_bank.trusted_keys(), now=made.now)
        assert (verdict.state, verdict.title, verdict.masked_name) == ("valid", made.view.title, "")
        statement = json.loads(client.get("/mine/passport/statement.json").content)
        assert statement["type"] == ["VerifiableCredential", "ClrCredential"]
        token = client.get(reverse("mine_certificate_jwt", args=[made.view.uuid])).content
        assert credit_bank.verify_file(token, trusted_keys=credit_bank.trusted_keys()).state == "valid"


def test_a_new_name_offers_a_new_certificate() -> None:
    made = issued()
    with clock.frozen(made.now):
        client = signed_in(made.done.person)
        here = reverse("mine_certificate", args=[made.view.uuid])
        assert "换发新证书" not in text_of(client.get(here))
        Person.objects.within(EVERYTHING).filter(pk=made.done.person.pk).update(name="张桂芝")
        assert "换发新证书" in text_of(client.get(here))
        answer = client.post(reverse("mine_reissue", args=[made.view.uuid]), follow=True)
        assert "张桂芝" in text_of(answer)


def test_the_centre_orders_all_and_sees_how_far_it_is() -> None:
    done = completed(3)
    with clock.frozen(done.now):
        client = signed_in(done.room.world.clerk)
        assert "3 位学员" in text_of(client.get("/centre/certificates/"))
        page = client.post("/centre/certificates/", follow=True)
        assert "正在办" in text_of(page)
        (batch,) = page.context["batches"]
        credit_bank.issue_ordered_certificates(batch_id=batch.id, now=done.now)
        assert "办完了" in text_of(client.get("/centre/certificates/"))
