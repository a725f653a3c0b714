from datetime import datetime

from django.db import transaction

from xueqiao.domains.demand.errors import EnterpriseNotFound, EnterpriseNotVerified
from xueqiao.domains.demand.models import Enterprise
from xueqiao.domains.demand.queries import FINANCE_ROLES
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import local_date


def admit_partner(*, actor: Actor, credit_code: str, now: datetime) -> institutions.InstitutionView:
    """A verified firm becomes an institution that agreements can name: its code there is its credit code.

    An officer of the firm's unit; a firm that is one already is returned. Locks the firm's row. Raises NotAllowed,
    EnterpriseNotFound, EnterpriseNotVerified.
    """
    people.require_role(actor, *FINANCE_ROLES)
    with transaction.atomic():
        firm = Enterprise.objects.select_for_update().filter(credit_code=credit_code.strip().upper()).first()
        if firm is None or not actor.scope.has_region(firm.region):
            raise EnterpriseNotFound
        people.require_role(actor, *FINANCE_ROLES, region=firm.region)
        if firm.state != "verified":
            raise EnterpriseNotVerified
        try:
            return institutions.get_institution(firm.credit_code)
        except institutions.InstitutionUnknown:
            return institutions.open_institution(
                actor=actor,
                code=firm.credit_code,
                name=firm.name,
                kind=institutions.ENTERPRISE,
                region=firm.region,
                opened_on=local_date(now),
                now=now,
            )
