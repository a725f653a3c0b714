from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.errors.quotes import VoucherSchemeClosed, VoucherSchemeNotFound
from xueqiao.domains.payments.models import VoucherScheme
from xueqiao.domains.payments.queries.quotes import SCHEME_ROLES, access_voucher_scheme
from xueqiao.domains.payments.rules.bills import CNY, SOURCES, budget_account, sponsor_account
from xueqiao.domains.payments.values.quotes import VoucherSchemeView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, open_unit, post_transfer
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.reasons import InvalidInput

BUDGET_FEN_MAX = 100_000_000_00


def fund_voucher_scheme(
    *, actor: Actor, scheme_uuid: UUID, amount_fen: int, key: str, now: datetime
) -> VoucherSchemeView:
    """Put money of its sponsor into a scheme's budget; `key` names the form, so that it counts once.

    Only an officer of the county or above whose unit contains the scheme's. Raises NotAllowed, VoucherSchemeNotFound,
    VoucherSchemeClosed, InvalidInput, or KeyReused for the same form with another amount.
    """
    people.require_role(actor, *SCHEME_ROLES)
    if not 1 <= amount_fen <= BUDGET_FEN_MAX or not 1 <= len(key) <= 64:
        raise InvalidInput(what="金额要大于零")
    with transaction.atomic():
        set_lock_timeout()
        scheme = VoucherScheme.objects.select_for_update().filter(uuid=scheme_uuid).first()
        if scheme is None or not actor.scope.has_region(scheme.region):
            raise VoucherSchemeNotFound
        people.require_role(actor, *SCHEME_ROLES, region=scheme.region)
        if scheme.state != "open":
            raise VoucherSchemeClosed
        open_unit(CNY, "人民币", 2, sources=SOURCES)
        moved = post_transfer(
            unit=CNY,
            postings=[Posting(sponsor_account(scheme.sponsor), budget_account(scheme.pk), amount_fen)],
            key=f"payments:fund:{scheme.pk}:{key}",
            memo={"scheme": scheme.title[:60]},
            now=now,
        )
        if not moved.is_replay:
            record_deed(
                actor=actor,
                verb="fund_voucher_scheme",
                object_kind="voucher_scheme",
                object_id=scheme.pk,
                now=now,
                region=scheme.region,
                detail={"amount_fen": amount_fen},
            )
        return access_voucher_scheme(actor=actor, scheme_uuid=scheme_uuid)
