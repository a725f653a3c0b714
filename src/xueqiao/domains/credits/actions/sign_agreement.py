"""Write one direction of a mutual recognition agreement."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.credits.actions.draft_rule_set import RULE_ROLES
from xueqiao.domains.credits.errors.rulesets import AgreementWrong
from xueqiao.domains.credits.models import Agreement
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor

YEARS_MAX = 10


def sign_agreement(
    *,
    actor: Actor,
    code: str,
    title: str,
    giver_id: int,
    receiver_id: int,
    starts_on: date,
    ends_on: date,
    now: datetime,
    programmes: Sequence[str] = (),
    occupations: Sequence[str] = (),
    cap_hundredths: int | None = None,
    sample_percent: int = 10,
) -> int:
    """Return the id of the agreement: what `giver` certifies, `receiver` recognises; the other way is another one.

    An officer whose range contains the receiver. Raises NotAllowed, InstitutionUnknown, AgreementWrong.
    """
    people.require_role(actor, *RULE_ROLES)
    receiver = institutions.get_institution_by_id(receiver_id)
    giver = institutions.get_institution_by_id(giver_id)
    people.require_role(actor, *RULE_ROLES, region=receiver.region)
    if giver.id == receiver.id:
        raise AgreementWrong(what="双方不能是同一个单位")
    if not starts_on < ends_on or ends_on.year - starts_on.year > YEARS_MAX:
        raise AgreementWrong(what="结束日期要晚于开始日期，最长 10 年")
    if not 0 <= sample_percent <= 100 or (cap_hundredths is not None and cap_hundredths < 0):
        raise AgreementWrong(what="抽查比例在 0 到 100 之间，上限不能是负数")
    if not code.strip() or not title.strip():
        raise AgreementWrong(what="请写代号和名称")
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Agreement.objects.create(
                    code=code.strip(),
                    title=title.strip(),
                    giver_id=giver.id,
                    receiver_id=receiver.id,
                    programmes=list(programmes),
                    occupations=list(occupations),
                    cap_hundredths=cap_hundredths,
                    sample_percent=sample_percent,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    moved_at=now,
                )
        except IntegrityError as taken:
            raise AgreementWrong(what="这个代号已经用过") from taken
        record_deed(
            actor=actor,
            verb="sign_agreement",
            object_kind="agreement",
            object_id=row.pk,
            region=receiver.region,
            now=now,
            detail={"code": row.code, "giver": giver.code, "receiver": receiver.code},
        )
    return row.pk
