"""Tell people what an institution deposited for them."""

from collections.abc import Sequence
from datetime import datetime

from xueqiao.domains.credits.models import Agreement, Claim
from xueqiao.domains.credits.values.amounts import credits_text
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor

TITLES_SHOWN = 3


def tell_trainees(*, agreement: Agreement, claims: Sequence[Claim], amounts: Sequence[int], now: datetime) -> int:
    """Tell each person, and who acts for her, once for a list however many of its lines are hers. Needs a transaction.

    claims: with their outcomes, as they were just written; amounts: hundredths of each, in the same order.
    """
    by_person: dict[int, list[tuple[str, int]]] = {}
    for claim, amount in zip(claims, amounts, strict=True):
        by_person.setdefault(claim.outcome.person_id, []).append((claim.outcome.title, amount))
    cards = people.access_persons(Actor.system("tell_trainees"), by_person)
    giver, first = agreement.giver.name, min(claim.pk for claim in claims)
    return people.notify(
        [
            people.NoticeWanted(
                person_id=person_id,
                text=_words(giver, cards[person_id].name, lines),
                values={
                    "giver": giver[:16],
                    "name": cards[person_id].name[:8],
                    "amount": credits_text(sum(amount for _title, amount in lines)),
                },
                path="/mine/passport/",
            )
            for person_id, lines in by_person.items()
        ],
        template="outcomes_deposited",
        key=f"outcomes_deposited:{agreement.pk}:{first}",
        now=now,
    )


def _words(giver: str, name: str, lines: Sequence[tuple[str, int]]) -> str:
    total = credits_text(sum(amount for _title, amount in lines))
    titles = "、".join(dict.fromkeys(title for title, _amount in lines[:TITLES_SHOWN]))
    more = f"等 {len(lines)} 项" if len(lines) > TITLES_SHOWN else ""
    return f"{giver}给{name}存入学习成果：{titles}{more}，认定 {total} 学分。如果不对，请打社区教育中心电话。"
