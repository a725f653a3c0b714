"""Reads of teachers' contracts and pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from xueqiao.domains.classes.errors.pay import UnknownContract, UnknownPaySlip
from xueqiao.domains.classes.models import PayLine, PaySlip, PaySlipLine, Session, TeacherContract, TeachingPermission
from xueqiao.domains.classes.parameters import LATE_CANCEL_PAY
from xueqiao.domains.classes.rules.pay import is_late_cancel, month_after, pay_fen
from xueqiao.domains.classes.values.pay import (
    LATE_CANCEL,
    NO_CONTRACT,
    NO_PERMISSION,
    PUBLIC,
    TAKEN_BACK,
    TAUGHT,
    ContractView,
    PayLineView,
    PayOfMonth,
    PaySlipView,
    PermissionView,
    UnpaidSession,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.scope import Scope

PAY_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")
RELEASE_ROLES = ("county_officer", "city_officer", "province_officer")
EVERYTHING = Scope.everything("the caller checked the permission")
LISTED_MAX = 500


# -- what a meeting is worth ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """What a meeting should have earned its teacher by now: a line's contents, or why there is none."""

    contract: TeacherContract | None = None
    permission: TeachingPermission | None = None
    kind: str = ""
    minutes: int = 0
    amount_fen: int = 0
    why_not: str = ""


def due_for(session: Session) -> Due:
    """What a meeting is worth as it stands: held, or cancelled too late, under a contract of its day. 2 to 4 queries.

    A teacher of a public body is owed nothing before the day of her own unit's written permission.
    """
    day, run = local_date(session.starts_at), session.run
    percent, kind = 100, TAUGHT
    if session.state == "cancelled":
        late = parameter_at(LATE_CANCEL_PAY.name, region=run.region, on=day, institution_id=run.institution_id).value
        is_late = is_late_cancel(session.starts_at, session.cancelled_at, late["hours"])
        percent, kind = (late["percent"] if is_late else 0), LATE_CANCEL
    elif session.state != "held":
        percent = 0
    if not percent:
        return Due()
    contract = contract_on(teacher_id=session.teacher_id, institution_id=run.institution_id, day=day)
    if contract is None:
        return Due(why_not=NO_CONTRACT)
    permission = permission_on(contract, day) if contract.kind == PUBLIC else None
    if contract.kind == PUBLIC and permission is None:
        return Due(contract, why_not=NO_PERMISSION)
    minutes = int((session.ends_at - session.starts_at).total_seconds()) // 60
    amount = pay_fen(minutes=minutes, rate_fen=contract.rate_fen, percent=percent)
    return Due(contract, permission, kind, minutes, amount) if amount else Due()


def contract_on(*, teacher_id: int, institution_id: int, day: date) -> TeacherContract | None:
    """The contract in force on a day, or None; constraints say there is one at most."""
    rows = TeacherContract.objects.within(EVERYTHING).filter(
        teacher_id=teacher_id, institution_id=institution_id, valid_from__lte=day, valid_to__gte=day
    )
    found: TeacherContract | None = rows.first()
    return found


def permission_on(contract: TeacherContract, day: date) -> TeachingPermission | None:
    """The permission that covers a day, the latest issued first; or None."""
    rows = contract.permissions.filter(issued_on__lte=day, valid_to__gte=day)
    return rows.order_by("-issued_on", "-pk").first()


def live_line(session_id: int) -> PayLine | None:
    """The line that counts for a meeting: the latest that was not taken back, or None."""
    rows = PayLine.objects.within(EVERYTHING).filter(
        session_id=session_id, reverses__isnull=True, reversal__isnull=True
    )
    found: PayLine | None = rows.first()
    return found


def open_lines(*, teacher_id: int, institution_id: int, before: datetime) -> list[PayLine]:
    """Lines of meetings before a moment that stand on no live slip, in order of the meetings."""
    rows = PayLine.objects.within(EVERYTHING).filter(
        teacher_id=teacher_id, institution_id=institution_id, taught_at__lt=before
    )
    return list(rows.exclude(pk__in=_on_live_slips()).order_by("taught_at", "pk"))


def sessions_to_count(
    *, institution_id: int, since: datetime, until: datetime, teacher_id: int | None = None
) -> list[int]:
    """Ids of meetings in [since, until) that may be worth something and have no line that counts."""
    rows = Session.objects.filter(
        Q(state="held") | Q(state="cancelled", cancelled_at__isnull=False),
        run__institution_id=institution_id,
        starts_at__gte=since,
        starts_at__lt=until,
    )
    if teacher_id is not None:
        rows = rows.filter(teacher_id=teacher_id)
    counted = PayLine.objects.within(EVERYTHING).filter(
        institution_id=institution_id,
        reverses__isnull=True,
        reversal__isnull=True,
        taught_at__gte=since,
        taught_at__lt=until,
    )
    left = rows.exclude(pk__in=counted.values("session_id"))
    return list(left.order_by("run_id", "pk").values_list("pk", flat=True))  # runs are locked in this order


def is_outdated(slip: PaySlip) -> bool:
    """True when a line of the slip was taken back since, and the line that says so is not on the slip."""
    mine = PaySlipLine.objects.filter(slip=slip).values("line_id")
    return bool(PayLine.objects.within(EVERYTHING).filter(reverses_id__in=mine).exclude(pk__in=mine).exists())


def _on_live_slips() -> Any:
    return PaySlipLine.objects.filter(is_live=True).values("line_id")


# -- contracts --------------------------------------------------------------------------------------------------------


def access_contracts(*, actor: Actor) -> list[ContractView]:
    """Contracts of the actor's units, the latest first; for desk staff. Raises NotAllowed."""
    people.require_role(actor, *PAY_ROLES)
    return contract_views(TeacherContract.objects.within(Scope(ranges=actor.scope.ranges)))


def access_my_contracts(*, actor: Actor) -> list[ContractView]:
    """The actor's own contracts, the latest first."""
    return contract_views(TeacherContract.objects.within(_own(actor)))


def access_contract(*, actor: Actor, contract_uuid: UUID) -> ContractView:
    """One contract, for the teacher and the desk of its unit. Raises UnknownContract."""
    row = TeacherContract.objects.within(EVERYTHING).filter(uuid=contract_uuid).first()
    if row is None or not (row.teacher_id == actor.person_id or is_desk_of(actor, row.region)):
        raise UnknownContract
    return contract_views(TeacherContract.objects.within(EVERYTHING).filter(pk=row.pk))[0]


def is_desk_of(actor: Actor, region: int) -> bool:
    """True for staff who keep pay in a unit that contains the region."""
    return actor.has_role(*PAY_ROLES) and actor.scope.has_region(region)


def contract_views(rows: Any) -> list[ContractView]:
    """Values of contracts, the latest first; two queries."""
    found = rows.select_related("teacher", "institution").prefetch_related("permissions")
    return [_contract_view(row) for row in found.order_by("-valid_from", "-pk")[:LISTED_MAX]]


def _contract_view(row: TeacherContract) -> ContractView:
    return ContractView(
        uuid=row.uuid,
        teacher_id=row.teacher_id,
        teacher_name=row.teacher.name,
        institution_id=row.institution_id,
        institution_name=row.institution.name,
        region=row.region,
        kind=row.kind,
        band=row.band,
        rate_fen=row.rate_fen,
        document=row.document,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        end_reason=row.end_reason,
        permissions=tuple(
            PermissionView(p.unit, p.document, p.issued_on, p.valid_to)
            for p in sorted(row.permissions.all(), key=lambda p: (p.issued_on, p.pk))
        ),
    )


# -- slips ------------------------------------------------------------------------------------------------------------


def access_pay_of_month(*, actor: Actor, month: date, institution_id: int | None = None) -> list[PayOfMonth]:
    """Who taught what in a month in the actor's units, what is on no slip yet, and the slips. Raises NotAllowed."""
    people.require_role(actor, *PAY_ROLES)
    scope = Scope(ranges=actor.scope.ranges)
    lines = PayLine.objects.within(scope).filter(
        taught_at__gte=at_local(month, 0), taught_at__lt=at_local(month_after(month), 0)
    )
    slips = PaySlip.objects.within(scope).filter(month=month).exclude(state=TAKEN_BACK)
    if institution_id is not None:
        lines, slips = lines.filter(institution_id=institution_id), slips.filter(institution_id=institution_id)
    on_slips = set(PaySlipLine.objects.filter(is_live=True, line__in=lines).values_list("line_id", flat=True))
    months: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])  # meetings, minutes, fen on no slip
    names: dict[tuple[int, int], tuple[str, str]] = {}
    for line in lines.select_related("teacher", "institution")[: LISTED_MAX * 20]:
        key, sign = (line.teacher_id, line.institution_id), 1 if line.amount_fen > 0 else -1
        names[key] = (line.teacher.name, line.institution.name)
        sums = months[key]
        sums[0] += sign
        sums[1] += sign * line.minutes
        sums[2] += 0 if line.pk in on_slips else line.amount_fen
    made = {(slip.teacher_id, slip.institution_id): slip for slip in slip_views(slips)}
    for key, slip in made.items():
        names.setdefault(key, (slip.teacher_name, slip.institution_name))
        months.setdefault(key, [0, 0, 0])
    return [
        PayOfMonth(
            teacher_id=key[0],
            teacher_name=names[key][0],
            institution_id=key[1],
            institution_name=names[key][1],
            session_count=months[key][0],
            minutes=months[key][1],
            open_fen=months[key][2],
            slip=made.get(key),
        )
        for key in sorted(months, key=lambda k: (names[k][1], names[k][0], k))
    ]


def access_unpaid_sessions(*, actor: Actor, month: date, limit: int = 100) -> list[UnpaidSession]:
    """Meetings of a month that were held and earn nothing, with the reason; for desk staff. Raises NotAllowed."""
    people.require_role(actor, *PAY_ROLES)
    within = Q(pk__in=[])
    for low, high in actor.scope.ranges:
        within |= Q(run__region__range=(low, high))
    rows = Session.objects.filter(within, state="held", starts_at__gte=at_local(month, 0))
    return _unpaid(rows.filter(starts_at__lt=at_local(month_after(month), 0)), limit)


def access_my_unpaid_sessions(*, actor: Actor, since: date, limit: int = 50) -> list[UnpaidSession]:
    """The actor's own meetings since a day that were held and earn nothing, with the reason."""
    rows = Session.objects.filter(teacher_id=actor.person_id or 0, state="held", starts_at__gte=at_local(since, 0))
    return _unpaid(rows, limit)


def _unpaid(rows: Any, limit: int) -> list[UnpaidSession]:
    counted = PayLine.objects.within(EVERYTHING).filter(reverses__isnull=True, reversal__isnull=True)
    left = list(
        rows.exclude(pk__in=counted.values("session_id"))
        .select_related("run", "teacher")
        .order_by("starts_at", "pk")[:limit]
    )
    found = []
    for session in left:
        why = due_for(session).why_not
        if why:
            found.append(
                UnpaidSession(
                    session.pk,
                    session.run.code,
                    session.run.title,
                    session.number,
                    session.starts_at,
                    session.teacher_id,
                    session.teacher.name,
                    why,
                )
            )
    return found


def access_slips(
    *, actor: Actor, month: date | None = None, state: str = "", limit: int = LISTED_MAX
) -> list[PaySlipView]:
    """Slips of the actor's units, the newest first, without their lines; for desk staff. Raises NotAllowed."""
    people.require_role(actor, *PAY_ROLES)
    rows = PaySlip.objects.within(Scope(ranges=actor.scope.ranges))
    if month is not None:
        rows = rows.filter(month=month)
    if state:
        rows = rows.filter(state=state)
    return slip_views(rows, limit=limit)


def access_my_slips(*, actor: Actor, limit: int = 60) -> list[PaySlipView]:
    """The actor's own slips that were released or taken back after it, the newest first."""
    rows = PaySlip.objects.within(_own(actor)).filter(released_at__isnull=False)
    return slip_views(rows, limit=limit)


def access_slip(*, actor: Actor, slip_uuid: UUID) -> PaySlipView:
    """One slip with its lines, for the desk of its unit, and for its teacher once released. Raises UnknownPaySlip."""
    row = PaySlip.objects.within(EVERYTHING).filter(uuid=slip_uuid).first()
    if row is None:
        raise UnknownPaySlip
    is_hers = row.teacher_id == actor.person_id and row.released_at is not None
    if not (is_hers or is_desk_of(actor, row.region)):
        raise UnknownPaySlip
    return slip_view(row)


def slip_views(rows: Any, *, limit: int = LISTED_MAX) -> list[PaySlipView]:
    found = rows.select_related("teacher", "institution", "made_by", "released_by")
    return [_slip_view(row, ()) for row in found.order_by("-month", "-pk")[:limit]]


def slip_view(row: PaySlip) -> PaySlipView:
    """A slip with its lines; two queries."""
    slips = PaySlip.objects.within(EVERYTHING).select_related("teacher", "institution", "made_by", "released_by")
    lines = (
        PayLine.objects.within(EVERYTHING)
        .filter(on_slips__slip=row)
        .select_related("session__run")
        .order_by("taught_at", "pk")
    )
    return _slip_view(slips.get(pk=row.pk), line_views(lines))


def line_views(lines: Iterable[PayLine]) -> tuple[PayLineView, ...]:
    return tuple(
        PayLineView(
            session_id=line.session_id,
            run_code=line.session.run.code,
            title=line.session.run.title,
            number=line.session.number,
            taught_at=line.taught_at,
            kind=line.kind,
            minutes=line.minutes,
            rate_fen=line.rate_fen,
            amount_fen=line.amount_fen,
            reason=line.reason,
        )
        for line in lines
    )


def _slip_view(row: PaySlip, lines: tuple[PayLineView, ...]) -> PaySlipView:
    return PaySlipView(
        uuid=row.uuid,
        teacher_id=row.teacher_id,
        teacher_name=row.teacher.name,
        institution_id=row.institution_id,
        institution_name=row.institution.name,
        region=row.region,
        month=row.month,
        gross_fen=row.gross_fen,
        tax_fen=row.tax_fen,
        tax_rule=row.tax_rule,
        state=row.state,
        made_by_id=row.made_by_id,
        made_by=row.made_by.name,
        made_at=row.made_at,
        released_by=row.released_by.name if row.released_by else "",
        released_at=row.released_at,
        end_reason=row.end_reason,
        lines=lines,
    )


def _own(actor: Actor) -> Scope:
    return Scope.of_persons([actor.person_id] if actor.person_id else [])
