from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.errors.quotes import VoucherSchemeClosed, VoucherSchemeNotFound
from xueqiao.domains.payments.models import Voucher, VoucherScheme
from xueqiao.domains.payments.queries.quotes import SCHEME_ROLES
from xueqiao.domains.payments.values.quotes import VoucherView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope


def issue_voucher(*, actor: Actor, scheme_uuid: UUID, person_id: int, now: datetime) -> VoucherView:
    """Give one person a voucher of a campaign or an enterprise's scheme; she has one a year, whoever presses twice.

    Learning vouchers need no issuing: they are there for everybody entitled. Only an officer whose unit contains the
    scheme's. Raises NotAllowed, VoucherSchemeNotFound, VoucherSchemeClosed, NotFound for a person out of sight.
    """
    people.require_role(actor, *SCHEME_ROLES)
    scheme = VoucherScheme.objects.filter(uuid=scheme_uuid).first()
    if scheme is None or not actor.scope.has_region(scheme.region):
        raise VoucherSchemeNotFound
    people.require_role(actor, *SCHEME_ROLES, region=scheme.region)
    person = people.access_person(actor, person_id)
    day = clock.local_date(now)
    if scheme.state != "open" or scheme.valid_to < day:
        raise VoucherSchemeClosed
    with transaction.atomic():
        voucher, is_new = Voucher.objects.within(Scope.everything("issued by an officer of its unit")).get_or_create(
            scheme=scheme,
            person_id=person.id,
            year=day.year,
            defaults={
                "amount_fen": scheme.amount_fen,
                "valid_from": scheme.valid_from,
                "valid_to": scheme.valid_to,
                "issued_at": now,
            },
        )
        if is_new:
            voucher.refresh_from_db(
                fields=["uuid"], from_queryset=Voucher.objects.within(Scope.everything("just written"))
            )
            record_deed(
                actor=actor,
                verb="issue_voucher",
                object_kind="voucher",
                object_id=voucher.pk,
                now=now,
                region=scheme.region,
                acting_for_id=person.id,
                detail={"scheme": scheme.title[:60], "amount_fen": voucher.amount_fen},
            )
        return VoucherView(
            voucher.uuid,
            scheme.kind,
            scheme.title,
            voucher.amount_fen,
            voucher.used_fen,
            voucher.valid_to,
            voucher.valid_to < day,
        )
