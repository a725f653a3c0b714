from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.errors.quotes import VoucherSchemeNotFound
from xueqiao.domains.payments.models import VoucherScheme
from xueqiao.domains.payments.queries.quotes import SCHEME_ROLES, access_voucher_scheme
from xueqiao.domains.payments.rules.bills import CNY, budget_account, sponsor_account
from xueqiao.domains.payments.values.quotes import VoucherSchemeView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, balance_of, find_unit, post_transfer
from xueqiao.foundation.locks import set_lock_timeout


def close_voucher_scheme(*, actor: Actor, scheme_uuid: UUID, now: datetime) -> VoucherSchemeView:
    """End a voucher scheme: no more bills, and what is left of the budget goes back to its sponsor.

    Bills that are due keep what they had reserved; money refunded later goes to the sponsor. Pressing again sends back
    what came free since. Only an officer of the county or above. Raises NotAllowed, VoucherSchemeNotFound.
    """
    people.require_role(actor, *SCHEME_ROLES)
    with transaction.atomic():
        set_lock_timeout()
        scheme = VoucherScheme.objects.select_for_update().filter(uuid=scheme_uuid).first()
        if scheme is None or not actor.scope.has_region(scheme.region):
            raise VoucherSchemeNotFound
        people.require_role(actor, *SCHEME_ROLES, region=scheme.region)
        left = balance_of(CNY, budget_account(scheme.pk)).available if find_unit(CNY) else 0
        if left:
            post_transfer(
                unit=CNY,
                postings=[Posting(budget_account(scheme.pk), sponsor_account(scheme.sponsor), left)],
                key=f"payments:close:{scheme.pk}:{now:%Y%m%d%H%M%S%f}",
                memo={"scheme": scheme.title[:60]},
                now=now,
            )
        if scheme.state == "open" or left:
            scheme.state = "closed"
            scheme.save(update_fields=["state"])
            record_deed(
                actor=actor,
                verb="close_voucher_scheme",
                object_kind="voucher_scheme",
                object_id=scheme.pk,
                now=now,
                region=scheme.region,
                detail={"returned_fen": left},
            )
        return access_voucher_scheme(actor=actor, scheme_uuid=scheme_uuid)
