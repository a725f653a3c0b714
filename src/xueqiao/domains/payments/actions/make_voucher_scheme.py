from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.payments.models import VoucherScheme
from xueqiao.domains.payments.queries.quotes import SCHEME_ROLES, access_voucher_scheme
from xueqiao.domains.payments.values.quotes import VoucherSchemeView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import InvalidInput

KINDS = ("learning", "campaign", "enterprise")
AMOUNT_FEN_MAX = 10_000_00


def make_voucher_scheme(
    *,
    actor: Actor,
    kind: str,
    title: str,
    source: str,
    region: int,
    amount_fen: int,
    valid_from: date,
    valid_to: date,
    age_min: int | None = None,
    age_max: int | None = None,
    needs_concession: bool = False,
    sponsor: str = "government",
    now: datetime,
) -> VoucherSchemeView:
    """Open a voucher scheme with an empty budget; `fund_voucher_scheme` fills it.

    Only an officer of the county or above, for a unit of her own. Raises NotAllowed, InvalidInput.
    """
    people.require_role(actor, *SCHEME_ROLES, region=region)
    clean, document = " ".join(title.split()), " ".join(source.split())
    if kind not in KINDS:
        raise InvalidInput(what="学习券种类请从列表里选")
    if not 2 <= len(clean) <= 60 or not 2 <= len(document) <= 200:
        raise InvalidInput(what="名称和依据的文件都要写")
    if not 1 <= amount_fen <= AMOUNT_FEN_MAX:
        raise InvalidInput(what="每人金额要在 0.01 到 10,000 元之间")
    if valid_to < valid_from:
        raise InvalidInput(what="最后一天不能早于第一天")
    if not (sponsor in {"government", "market"} or sponsor.startswith("enterprise:")) or len(sponsor) > 40:
        raise InvalidInput(what="出资方请从列表里选")
    if any(age is not None and not 0 <= age <= 120 for age in (age_min, age_max)):
        raise InvalidInput(what="年龄要在 0 到 120 之间")
    with transaction.atomic():
        scheme = VoucherScheme.objects.create(
            kind=kind,
            title=clean,
            source=document,
            region=region,
            sponsor=sponsor,
            amount_fen=amount_fen,
            age_min=age_min,
            age_max=age_max,
            needs_concession=needs_concession,
            valid_from=valid_from,
            valid_to=valid_to,
            made_by_id=actor.person_id,
            made_at=now,
        )
        scheme.refresh_from_db(fields=["uuid"])
        record_deed(
            actor=actor,
            verb="make_voucher_scheme",
            object_kind="voucher_scheme",
            object_id=scheme.pk,
            now=now,
            region=region,
            detail={"title": clean, "amount_fen": amount_fen},
        )
        return access_voucher_scheme(actor=actor, scheme_uuid=scheme.uuid)
