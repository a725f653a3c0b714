from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from xueqiao.domains.classes.actions.count_session_pay import count_sessions
from xueqiao.domains.classes.errors.pay import BadContract, ContractOverlaps, OwnContract, RateAboveBand
from xueqiao.domains.classes.models import TeacherContract
from xueqiao.domains.classes.parameters import BAND_RATES, CONTRACT_BACKDATED_DAYS
from xueqiao.domains.classes.queries.pay import EVERYTHING, PAY_ROLES, access_contract
from xueqiao.domains.classes.values.pay import BANDS, CONTRACT_KINDS, ContractView
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.money import yuan
from xueqiao.foundation.parameters.api import parameters_at

DAYS_MAX = 366 * 3


def sign_contract(
    *,
    actor: Actor,
    institution_id: int,
    teacher_id: int,
    kind: str,
    band: str,
    rate_fen: int,
    document: str,
    valid_from: date,
    valid_to: date,
    now: datetime,
) -> ContractView:
    """Write down a contract that both have signed on paper; meetings already held under it are counted at once.

    Only desk staff of the institution's unit, never with oneself. rate_fen: per class hour of 45 minutes, at most what
    the band allows there. Locks the teacher's contracts. Raises NotAllowed, OwnContract, BadContract, RateAboveBand,
    ContractOverlaps.
    """
    institution = institutions.get_institution_by_id(institution_id)
    people.require_role(actor, *PAY_ROLES, region=institution.region)
    if actor.person_id is None or actor.person_id == teacher_id:
        raise OwnContract
    today, paper = local_date(now), " ".join(document.split())
    teachers = dict(people.teachers_in(institution.region, institution_id=institution_id, on=today))
    if teacher_id not in teachers:
        raise BadContract(what="这位老师没有在本单位登记任教，请先登记")
    if kind not in CONTRACT_KINDS or band not in BANDS:
        raise BadContract(what="人员类别和课酬档次请从列表里选")
    if not 2 <= len(paper) <= 60 or not paper.isprintable():
        raise BadContract(what="纸质协议的编号要写，2 到 60 个字")
    limits = parameters_at(
        [BAND_RATES.name, CONTRACT_BACKDATED_DAYS.name],
        region=institution.region,
        on=today,
        institution_id=institution_id,
    )
    earliest = today - timedelta(days=limits[CONTRACT_BACKDATED_DAYS.name].value)
    if not earliest <= valid_from <= valid_to <= valid_from + timedelta(days=DAYS_MAX):
        raise BadContract(what=f"起止日期不对：最早从 {earliest:%Y-%m-%d} 起，一份协议最长三年")
    limit = limits[BAND_RATES.name].value[band]
    if rate_fen < 1:
        raise BadContract(what="每课时课酬要大于零")
    if rate_fen > limit:
        raise RateAboveBand(limit=yuan(limit), rate=yuan(rate_fen))
    with transaction.atomic():
        lock(LockSpace.TEACHER_PAY, [teacher_id])
        other = (
            TeacherContract.objects.within(EVERYTHING)
            .filter(
                teacher_id=teacher_id,
                institution_id=institution_id,
                valid_from__lte=valid_to,
                valid_to__gte=valid_from,
            )
            .first()
        )
        if other is not None:
            raise ContractOverlaps(
                teacher=teachers[teacher_id],
                since=f"{other.valid_from:%Y-%m-%d}",
                until=f"{other.valid_to:%Y-%m-%d}",
            )
        row = TeacherContract.objects.create(
            teacher_id=teacher_id,
            institution_id=institution_id,
            region=institution.region,
            kind=kind,
            band=band,
            rate_fen=rate_fen,
            document=paper,
            valid_from=valid_from,
            valid_to=valid_to,
            made_by_id=actor.person_id,
            made_at=now,
        )
        row = TeacherContract.objects.within(EVERYTHING).get(pk=row.pk)
        record_deed(
            actor=actor,
            verb="sign_contract",
            object_kind="teacher_contract",
            object_id=row.pk,
            now=now,
            region=institution.region,
            acting_for_id=teacher_id,
            detail={"rate_fen": rate_fen, "band": band, "kind": kind, "document": paper},
        )
        count_sessions(
            institution_id=institution_id, teacher_id=teacher_id, since=at_local(valid_from, 0), until=now, now=now
        )
        return access_contract(actor=actor, contract_uuid=row.uuid)
