"""Reads around classes with too few learners."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.errors.mergers import MergeAskNotFound
from xueqiao.domains.enrolment.models import ClassList, GroupDecision, MergeAsk, RoundRun, SeatPool
from xueqiao.domains.enrolment.queries.seats import PURPOSE, STAFF_ROLES, may_see_place
from xueqiao.domains.enrolment.rules.mergers import difference_back
from xueqiao.domains.enrolment.values.mergers import (
    AGREED,
    ASKED,
    DECLINED,
    MergeAskView,
    MergeProgress,
    MergeTarget,
    SmallClass,
)
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.scope import Scope

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def small_classes(*, institution_id: int | None, now: datetime, limit: int = 200) -> list[SmallClass]:
    """Published classes about to begin with too few learners and no decision yet, soonest first; counts, no names.

    A class that is still to be drawn is none of them: before the draw nobody has a place, however many wish for one.
    institution_id None: everywhere, for the reminder. The days before the start are a parameter of the place.
    """
    today = clock.local_date(now)
    pools = SeatPool.objects.filter(
        run__state="published", run__starts_on__gte=today, run__starts_on__lte=today + timedelta(days=60)
    ).exclude(run_id__in=GroupDecision.objects.values("run_id"))
    drawn = RoundRun.objects.filter(run_id=OuterRef("run_id"), is_live=True, round__state__in=["drawn", "closed"])
    pools = pools.filter(Q(run__admission="first_come") | Exists(drawn))
    if institution_id is not None:
        pools = pools.filter(run__institution_id=institution_id)
    rows = pools.filter(taken__lt=F("run__learners_min")).order_by("run__starts_on", "run_id")
    found = []
    for run_id, code, title, starts_on, taken, capacity, learners_min, region, body in rows.values_list(
        "run_id",
        "run__code",
        "run__title",
        "run__starts_on",
        "taken",
        "capacity",
        "run__learners_min",
        "run__region",
        "run__institution_id",
    )[:2000]:
        days = int(parameter_at(classes.GROUP_DECISION_DAYS.name, region=region, on=today, institution_id=body).value)
        share = int(parameter_at(classes.GROUP_SHARE_PERCENT.name, region=region, on=today, institution_id=body).value)
        needed = classes.learners_needed(learners_min=learners_min, capacity=capacity, share_percent=share)
        left = (starts_on - today).days
        if taken < needed and left <= days:
            found.append(SmallClass(run_id, code, title, starts_on, taken, capacity, needed, left))
    return found[:limit]


def merge_targets(*, actor: Actor, code: str, now: datetime) -> list[MergeTarget]:
    """Other classes of the same course at the same institution that have not begun, most free seats first.

    Raises NotAllowed, UnknownClass.
    """
    run = classes.get_class(code, now=now)
    people.require_role(actor, *STAFF_ROLES, region=run.region)
    cards = [
        card
        for card in classes.runs_of(run.card.institution_id, now=now, states=("published",), limit=200)
        if card.course_code == run.card.course_code and card.run_id != run.run_id
    ]
    by_list = set(ClassList.objects.filter(pk__in=[card.run_id for card in cards]).values_list("pk", flat=True))
    cards = [card for card in cards if card.run_id not in by_list]
    begun = {each.run_id for each in classes.sessions_of_runs([c.run_id for c in cards], first=_LONG_AGO, last=now)}
    pools = SeatPool.objects.filter(run_id__in=[card.run_id for card in cards]).values_list(
        "run_id", F("capacity") - F("held") - F("taken")
    )
    left = dict(pools)
    targets = [
        MergeTarget(
            code=card.code,
            title=card.title,
            next_starts_at=card.starts_at,
            room_name=card.room_name,
            venue_name=card.venue_name,
            to_pay_fen=card.to_pay_fen,
            left=left.get(card.run_id, card.capacity),
        )
        for card in cards
        if card.run_id not in begun
    ]
    return sorted(targets, key=lambda each: -each.left)


def mergers_running(*, institution_id: int, now: datetime) -> list[MergeProgress]:
    """Mergers whose learners are being asked, the earliest end first; counts, no names."""
    rows = (
        GroupDecision.objects.filter(run__institution_id=institution_id, choice="merge", finished_at=None)
        .annotate(
            asked=Count("asks", filter=Q(asks__state=ASKED)),
            agreed=Count("asks", filter=Q(asks__state=AGREED)),
            declined=Count("asks", filter=Q(asks__state=DECLINED)),
        )
        .order_by("ask_until", "id")
    )
    return [
        MergeProgress(code, title, target_code, target_title, until, asked, agreed, declined)
        for code, title, target_code, target_title, until, asked, agreed, declined in rows.values_list(
            "run__code", "run__title", "target__code", "target__title", "ask_until", "asked", "agreed", "declined"
        )[:50]
        if until is not None
    ]


def access_merge_ask(*, actor: Actor, ask_uuid: UUID) -> MergeAskView:
    """What one learner is asked, for her, those who act for her, and the desk. Raises MergeAskNotFound."""
    return ask_view(access_ask_row(actor=actor, ask_uuid=ask_uuid))


def access_ask_row(*, actor: Actor, ask_uuid: UUID) -> MergeAsk:
    """As access_merge_ask, for this domain's own actions."""
    ask = (
        MergeAsk.objects.within(Scope.everything("checked on the row below"))
        .select_related("place", "decision__target", "decision__run")
        .filter(uuid=ask_uuid)
        .first()
    )
    if ask is None or not may_see_place(actor, ask.place):
        raise MergeAskNotFound
    return ask


def ask_view(ask: MergeAsk) -> MergeAskView:
    """A merge ask with its money. Needs place and decision loaded."""
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=ask.place_id)
    target, ask_until = ask.decision.terms()
    paid = bill.refundable_fen if bill is not None and bill.has_been_paid else 0
    back = difference_back(
        paid_fen=paid, old_to_pay_fen=ask.place.to_pay_fen, new_to_pay_fen=target.price_fen - target.subsidy_fen
    )
    return MergeAskView(
        uuid=ask.uuid,
        place_uuid=ask.place.uuid,
        person_id=ask.place.person_id,
        run_id=ask.decision.run_id,
        target_run_id=target.pk,
        state=ask.state,
        ask_until=ask_until,
        paid_fen=paid,
        back_fen=back if ask.state == ASKED else ask.refund_fen,
    )
