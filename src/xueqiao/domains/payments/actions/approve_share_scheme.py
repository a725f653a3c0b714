from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.errors.quotes import SecondSignatureNeeded, ShareSchemeNotFound
from xueqiao.domains.payments.models import ShareScheme
from xueqiao.domains.payments.queries.quotes import SCHEME_ROLES, scheme_view
from xueqiao.domains.payments.values.quotes import ShareSchemeView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout


def approve_share_scheme(*, actor: Actor, scheme_id: int, now: datetime) -> ShareSchemeView:
    """The second signature under a scheme of shares; from then on it holds on its days. Pressing twice changes nothing.

    Never by who wrote it. Locks the row. Raises NotAllowed, ShareSchemeNotFound, SecondSignatureNeeded.
    """
    people.require_role(actor, *SCHEME_ROLES)
    with transaction.atomic():
        set_lock_timeout()
        row = ShareScheme.objects.select_for_update().filter(pk=scheme_id).first()
        if row is None or not actor.scope.has_region(row.region):
            raise ShareSchemeNotFound
        people.require_role(actor, *SCHEME_ROLES, region=row.region)
        if actor.person_id is None or actor.person_id == row.made_by_id:
            raise SecondSignatureNeeded
        if row.approved_by_id is None:
            row.approved_by_id = actor.person_id
            row.save(update_fields=["approved_by"])
            record_deed(
                actor=actor,
                verb="approve_share_scheme",
                object_kind="share_scheme",
                object_id=row.pk,
                now=now,
                region=row.region,
                detail={"title": row.title},
            )
        return scheme_view(row)
