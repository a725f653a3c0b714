from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.enrolment.actions._places import leave, require_confirmed
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.hardship import DecidedAlready, OtherPersonMustSign
from xueqiao.domains.enrolment.models import HardshipRequest, Place
from xueqiao.domains.enrolment.queries.hardship import get_hardship_row, hardship_view, second_signature_above
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES, place_view, refund_now
from xueqiao.domains.enrolment.rules.hardship import needs_second_signature
from xueqiao.domains.enrolment.values.hardship import GRANTED, REFUSED, SIGNED, HardshipView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.money import yuan
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

SECOND_ROLES = ("county_officer", "city_officer", "province_officer")


def decide_hardship_refund(
    *, actor: Actor, request_uuid: UUID, is_granted: bool, words: str, now: datetime
) -> HardshipView:
    """Grant or refuse a request for money in hardship, with words for the person.

    Desk staff of the class's unit. Above the amount of the parameter a first signature only signs; another person, of
    the county or above, grants. Granted: the place ends, and the part of the meetings left when it was asked goes back
    to every payer. Locks pool, place, request and bill. Raises NotAllowed, HardshipNotFound, DecidedAlready,
    OtherPersonMustSign, InvalidInput, PlaceNotConfirmed; then nothing moved.
    """
    people.require_role(actor, *STAFF_ROLES)
    known = get_hardship_row(actor, request_uuid)
    people.require_role(actor, *STAFF_ROLES, region=known.place.region)
    clean = " ".join(words.split())
    if not 2 <= len(clean) <= 200:
        raise InvalidInput(what="请写一两句给学员看的说明")
    everything = Scope.everything("checked by role above")
    with transaction.atomic():
        seats.lock_pool(known.place.run_id)
        place = Place.objects.within(everything).select_for_update().get(pk=known.place_id)
        row = HardshipRequest.objects.within(everything).select_for_update().get(pk=known.pk)
        row.place = place
        if row.state not in {"asked", SIGNED}:
            raise DecidedAlready
        if is_granted:
            _grant(row, actor, clean, now)
        else:
            row.state, row.decided_at, row.decision_words = REFUSED, now, clean
        row.save()
        _tell(row, now)
        record_deed(
            actor=actor,
            verb="decide_hardship_refund",
            object_kind="place",
            object_id=place.pk,
            now=now,
            region=place.region,
            acting_for_id=place.person_id,
            detail={"state": row.state, "refund_fen": row.refund_fen},
        )
        return hardship_view(get_hardship_row(actor, request_uuid), now=now)


def _tell(row: HardshipRequest, now: datetime) -> None:
    """Tell the person and who acts for her what became of it, once; a first signature is no answer yet."""
    if row.state not in {GRANTED, REFUSED}:
        return
    place, title = row.place, row.place.run.title
    name = people.access_persons(Actor.system("decide_hardship_refund"), [place.person_id])[place.person_id].name
    back = f"同意了，退 {yuan(row.refund_fen)} 元" if row.state == GRANTED else "没有同意"
    people.notify(
        [
            people.NoticeWanted(
                person_id=place.person_id,
                values={"name": name, "title": title[:20], "outcome": back},
                text=f"{name}的《{title}》退费申请{back}。{row.decision_words}"[:300],
                path=f"/mine/places/{place.uuid}/hardship/",
            )
        ],
        template="hardship_answered",
        key=f"hardship_answered:{row.pk}",
        now=now,
    )


def _grant(row: HardshipRequest, actor: Actor, words: str, now: datetime) -> None:
    """Sign for the first time, or end the place and send the money back. Needs pool, place and request locked."""
    require_confirmed(row.place)
    rule = refund_now(place=place_view(row.place), now=row.asked_at, by_hardship=True)
    limit = second_signature_above(row, now)
    if needs_second_signature(refund_fen=rule.refund_fen, limit_fen=limit):
        if row.state != SIGNED:
            row.state, row.first_by_id, row.decision_words = SIGNED, actor.person_id, words
            return
        if actor.person_id == row.first_by_id or not actor.has_role(*SECOND_ROLES):
            raise OtherPersonMustSign(limit=yuan(limit))
        row.second_by_id = actor.person_id
    else:
        row.first_by_id = actor.person_id
    row.state, row.decided_at, row.decision_words, row.refund_fen = GRANTED, now, words, rule.refund_fen
    leave(
        row.place,
        actor=actor,
        refund_fen=rule.refund_fen,
        words=rule.words,
        source=rule.source,
        is_undo=False,
        now=now,
        fraction=(rule.part, rule.whole),
        reason="因病、去世或搬离退课",
    )
