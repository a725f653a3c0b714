"""Write one version of one direction of a mutual recognition agreement."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.credits.actions.rulesets.draft_rule_set import RULE_ROLES
from xueqiao.domains.credits.errors.rulesets import AgreementWrong
from xueqiao.domains.credits.models import Agreement
from xueqiao.domains.credits.queries.rulesets import agreement_names, rule_in_force
from xueqiao.domains.credits.values.agreements import ENDED
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date

YEARS_MAX = 10
CAP_HUNDREDTHS_MAX = 1_000_000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")  # stands in addresses


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
    version: int = 1,
    frame: str = "",
    rule_code: str = "",
) -> int:
    """Return the id of the agreement: what `giver` certifies, `receiver` recognises; the other way is another one.

    An officer whose range contains the receiver. version: one more than the last; a new version ends the one before,
    between the same parties. frame: the name rules know it by; when none is
    given, the one its rules know, else its own code. rule_code: the rule set
    attached. Raises NotAllowed, InstitutionUnknown, AgreementWrong.
    """
    people.require_role(actor, *RULE_ROLES)
    receiver = institutions.get_institution_by_id(receiver_id)
    giver = institutions.get_institution_by_id(giver_id)
    people.require_role(actor, *RULE_ROLES, region=receiver.region)
    if giver.id == receiver.id:
        raise AgreementWrong(what="双方不能是同一个单位")
    if not starts_on < ends_on or ends_on.year - starts_on.year > YEARS_MAX:
        raise AgreementWrong(what="结束日期要晚于开始日期，最长 10 年")
    if not 0 <= sample_percent <= 100 or not 0 <= (cap_hundredths or 0) <= CAP_HUNDREDTHS_MAX:
        raise AgreementWrong(what="抽查比例在 0 到 100 之间，上限不能是负数，也不能超过 10000 学分")
    if not _CODE.fullmatch(code.strip()) or not 1 <= len(title.strip()) <= 120:
        raise AgreementWrong(what="请写名称，代号用字母、数字和短横，最多 60 个")
    if rule_code:
        rules = rule_in_force(rule_code, on=local_date(now), region=receiver.region)
        if rules is None:
            raise AgreementWrong(what="没有这套施行中的认定规则")
        unknown = set(programmes) - {each.code for each in rules.programmes}
        if unknown:
            raise AgreementWrong(what=f"规则里没有学习项目“{min(unknown)}”")
        names = agreement_names([rules])
        frame = frame or (names[0] if len(names) == 1 else "")
    with transaction.atomic():
        before = Agreement.objects.select_for_update().filter(code=code.strip()).order_by("-version").first()
        if (before.version if before else 0) != version - 1:
            raise AgreementWrong(what="这个代号已经用过" if version == 1 else "版本号要比上一版大 1，请刷新页面再签")
        if before is not None:
            if (before.giver_id, before.receiver_id) != (giver.id, receiver.id):
                raise AgreementWrong(what="新的一版要由同样的双方签；换了单位请用另一个代号")
            before.state, before.moved_at = ENDED, now
            before.save(update_fields=["state", "moved_at"])
        try:
            with transaction.atomic():
                row = Agreement.objects.create(
                    code=code.strip(),
                    version=version,
                    frame=frame.strip() or code.strip(),
                    rule_code=rule_code,
                    title=title.strip(),
                    giver_id=giver.id,
                    receiver_id=receiver.id,
                    programmes=list(programmes),
                    occupations=list(occupations),
                    cap_hundredths=cap_hundredths,
                    sample_percent=sample_percent,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    signed_by_id=actor.person_id,
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
            detail={"code": row.code, "version": version, "giver": giver.code, "receiver": receiver.code},
        )
    return row.pk
