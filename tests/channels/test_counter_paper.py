"""The button at the counter: choose the person, press, and her page comes out."""

from __future__ import annotations

import pytest

from tests.signing_in import signed_in
from tests.worlds.small_county import small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db


def test_the_chosen_person_gets_her_page() -> None:
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    client = signed_in(world.clerk)
    with clock.frozen(world.now):
        nobody = client.post("/centre/counter/worth/")
        assert nobody.status_code == 422, "nobody was chosen"
        assert "打印学分能换什么" not in client.get("/centre/counter/").content.decode()
        client.post("/centre/counter/", {"step": "find", "wanted": world.elder.code})
        assert "打印学分能换什么" in client.get("/centre/counter/").content.decode()
        answer = client.post("/centre/counter/worth/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    entry = AuditEntry.objects.get(verb="print_worth")
    assert (entry.acting_for_id, entry.channel) == (world.elder.pk, "counter")
