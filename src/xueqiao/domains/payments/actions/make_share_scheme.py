from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.payments.errors.quotes import PercentsNotWhole
from xueqiao.domains.payments.models import ShareScheme
from xueqiao.domains.payments.queries.quotes import SCHEME_ROLES, scheme_view
from xueqiao.domains.payments.values.quotes import ShareSchemeView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import InvalidInput

PAYERS = ("government", "market", "institution", "learner")


def make_share_scheme(
    *,
    actor: Actor,
    title: str,
    source: str,
    region: int,
    percents: Mapping[str, int],
    valid_from: date,
    valid_to: date | None = None,
    programme: str = "",
    now: datetime,
) -> ShareSchemeView:
    """Write down who carries how much of a price; it holds once another officer has approved it.

    percents: government, market, institution, learner, whole numbers that add up to 100. Classes planned before keep
    their price. Raises NotAllowed, InvalidInput, PercentsNotWhole.
    """
    people.require_role(actor, *SCHEME_ROLES, region=region)
    clean, document = " ".join(title.split()), " ".join(source.split())
    if not 2 <= len(clean) <= 60 or not 2 <= len(document) <= 200 or len(programme) > 30:
        raise InvalidInput(what="名称和依据的文件都要写")
    if set(percents) != set(PAYERS) or any(not 0 <= percent <= 100 for percent in percents.values()):
        raise InvalidInput(what="四方各写一个 0 到 100 的整数")
    if sum(percents.values()) != 100:
        raise PercentsNotWhole(total=sum(percents.values()))
    if valid_to is not None and valid_to < valid_from:
        raise InvalidInput(what="最后一天不能早于第一天")
    with transaction.atomic():
        row = ShareScheme.objects.create(
            title=clean,
            source=document,
            region=region,
            programme=programme,
            **percents,
            valid_from=valid_from,
            valid_to=valid_to,
            made_by_id=actor.person_id,
            made_at=now,
        )
        record_deed(
            actor=actor,
            verb="make_share_scheme",
            object_kind="share_scheme",
            object_id=row.pk,
            now=now,
            region=region,
            detail={"title": clean, **percents},
        )
        return scheme_view(row)
