from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.actions.register_person import keep_consent
from xueqiao.domains.people.actions.sign_in_with_code import judge_code
from xueqiao.domains.people.errors import LinkNotFound, LinkNotWaiting, ReasonMissing, SignInCodeExpired
from xueqiao.domains.people.events import FamilyConfirmed
from xueqiao.domains.people.models import FamilyLink, SignInCode
from xueqiao.domains.people.queries import ASSISTED_CHANNELS, require_role
from xueqiao.domains.people.values import CENTRE_CLERK
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import NotAllowed, Refused
from xueqiao.foundation.scope import Scope


def confirm_family(*, actor: Actor, link_uuid: UUID, now: datetime, code: str = "", papers_seen: str = "") -> None:
    """Turn a waiting link into authority: by the code on the subject's phone, or by a clerk who has seen the papers.

    The asking person types the code that the subject read out; knowing it proves that she agreed. A clerk whose range
    contains the subject confirms at the counter and writes which papers she saw (the only way for a child under 14).
    Raises LinkNotFound, LinkNotWaiting, CodeWrong, SignInCodeExpired, CodeUsedUp, ReasonMissing, NotAllowed.
    """
    refusal: Refused | None = None
    with transaction.atomic():
        link = (
            FamilyLink.objects.select_for_update(of=("self",))
            .within(Scope.everything("permission is checked below"))
            .select_related("subject")
            .filter(uuid=link_uuid)
            .first()
        )
        if code or link is None or actor.person_id == link.agent_id:
            refusal = _judge_by_code(actor, link, code, now)
            how = "code"
        else:
            how = _require_clerk(actor, link, papers_seen, now)
        if refusal is None and link is not None:
            _confirm(actor, link, how, papers_seen, now)
    if refusal is not None:
        raise refusal


def _judge_by_code(actor: Actor, link: FamilyLink | None, code: str, now: datetime) -> Refused | None:
    if actor.person_id is None:
        raise NotAllowed
    if link is None or link.agent_id != actor.person_id:
        # Also the answer for a person who does not exist: the same as for a code that ran out.
        raise SignInCodeExpired
    if link.state != "waiting":
        raise LinkNotWaiting
    row = SignInCode.objects.filter(link=link, purpose="family").order_by("-sent_at", "-id").first()
    if row is None:
        raise SignInCodeExpired
    lock(LockSpace.SIGN_IN_PHONE, [int(row.phone)])
    row.refresh_from_db()
    return judge_code(row, row.phone, code, now)


def _require_clerk(actor: Actor, link: FamilyLink, papers_seen: str, now: datetime) -> str:
    if not actor.scope.has_person(link.subject_id, link.subject.region):
        raise LinkNotFound
    require_role(actor, CENTRE_CLERK, region=link.subject.region)
    if actor.channel not in ASSISTED_CHANNELS:
        raise NotAllowed
    if link.state != "waiting":
        raise LinkNotWaiting
    if not papers_seen.strip():
        raise ReasonMissing(what="核对的证件")
    return "birth_record" if rules.is_minor(link.subject.birth_date, local_date(now)) else "counter"


def _confirm(actor: Actor, link: FamilyLink, how: str, papers_seen: str, now: datetime) -> None:
    link.state = "active"
    link.confirmed_how = how
    link.confirmed_by_id = actor.person_id
    link.began_at = now
    link.save(update_fields=["state", "confirmed_how", "confirmed_by", "began_at"])
    if not rules.needs_guardian(link.subject.birth_date, local_date(now)):
        keep_consent(link.subject, link.subject, f"act_for_me:{link.id}"[:30], now)
    record_deed(
        actor=actor,
        verb="confirm_family",
        object_kind="family_link",
        object_id=link.id,
        acting_for_id=link.subject_id,
        region=link.subject.region,
        now=now,
        detail={"how": how, "papers_seen": papers_seen[:80]},
    )
    record_event(
        FamilyConfirmed(link_id=link.id, agent_id=link.agent_id, subject_id=link.subject_id),
        region=link.subject.region,
        now=now,
    )
