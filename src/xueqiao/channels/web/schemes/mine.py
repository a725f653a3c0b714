"""我的券和优惠: what a person and those she acts for can use, until when, and how it applies by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.schemes.words import CONCESSIONS, VOUCHERS
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock


@open_to(RESIDENT)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Oneself first, then family; nothing to press: vouchers apply themselves."""
    actor, now = actor_of(request), clock.now()
    today, mine = clock.local_date(now), actor.person_id or 0
    ids = [mine, *(member.person.id for member in people.family_of(actor, now=now) if member.may_act)]
    names = {card.id: card.name for card in people.access_persons(actor, ids).values()}
    people_rows = []
    for person_id in ids:
        concessions = payments.access_concessions(actor=actor, person_id=person_id, now=now)
        people_rows.append(
            {
                "name": names.get(person_id, ""),
                "is_me": person_id == mine,
                "vouchers": [
                    {"view": each, "kind": VOUCHERS[each.kind]}
                    for each in payments.access_vouchers(actor=actor, person_ids=[person_id], on=today)
                ],
                "concessions": [{"view": each, "kind": CONCESSIONS[each.kind]} for each in concessions if each.is_live],
            }
        )
    return render(request, "mine/vouchers.html", {"people": people_rows})
