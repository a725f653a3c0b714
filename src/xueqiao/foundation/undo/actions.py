"""Offer ten minutes to take a step back, and take it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import transaction

from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.scope import Scope
from xueqiao.foundation.undo.errors import AlreadyUndone, NotYoursToUndo, UndoTooLate
from xueqiao.foundation.undo.models import UndoableStep
from xueqiao.foundation.undo.values import UndoView

UNDO_MINUTES = 10  # elder rule E10: legal and financial submissions can be taken back for ten minutes


class Reversal(Protocol):
    """Takes a step back, in the transaction of the undoing; raises a Refused when it no longer can."""

    def __call__(self, *, actor: Actor, now: datetime, **arguments: Any) -> None: ...


R = TypeVar("R", bound=Callable[..., None])
_reversals: dict[str, Callable[..., None]] = {}


def reversal(name: str) -> Callable[[R], R]:
    """Register `function(*, actor, now, **arguments)` as the reversal `name` ("enrolment.withdraw_fresh_place")."""

    def register(function: R) -> R:
        known = _reversals.get(name)
        if known is not None and known.__module__ != function.__module__:
            raise TypeError(f"two reversals are called {name}")
        _reversals[name] = function
        return function

    return register


def offer_undo(
    *,
    actor: Actor,
    what: str,
    object_kind: str,
    object_id: int,
    person_id: int,
    region: int,
    reversal_name: str,
    arguments: dict[str, Any],
    now: datetime,
) -> UndoView:
    """Let the step that is being done be taken back until ten minutes from `now`. Needs the transaction of the deed.

    what: Chinese, names the step for people. person_id, region: whom it concerns and where, for who may take it back.
    arguments: JSON-able. Raises LookupError when no reversal of that name is registered, so that no promise is made
    that cannot be kept.
    """
    require_transaction()
    if reversal_name not in _reversals:
        raise LookupError(f"no reversal is called {reversal_name}")
    step = UndoableStep.objects.create(
        what=what,
        object_kind=object_kind,
        object_id=object_id,
        person_id=person_id,
        actor_person_id=actor.person_id,
        region=region,
        reversal=reversal_name,
        arguments=arguments,
        done_at=now,
        undo_until=now + timedelta(minutes=UNDO_MINUTES),
    )
    step = UndoableStep.objects.within(Scope.everything("just written")).get(pk=step.pk)
    return _view(step)


def undo_step(*, actor: Actor, uuid: UUID, now: datetime) -> UndoView:
    """Take the step back by its registered reversal, in one transaction with it.

    May be done by who did it, and by whoever may see the person it concerns (herself, family who acts for her, staff of
    her region). Raises NotYoursToUndo (also for an unknown uuid), AlreadyUndone, UndoTooLate from `undo_until` on, and
    whatever the reversal refuses.
    """
    with transaction.atomic():
        rows = UndoableStep.objects.within(Scope.everything("permission is checked on the locked row below"))
        step = rows.select_for_update().filter(uuid=uuid).first()
        if step is None or not _may_undo(actor, step):
            raise NotYoursToUndo
        if step.undone_at is not None:
            raise AlreadyUndone(what=step.what)
        if now >= step.undo_until:
            raise UndoTooLate(what=step.what, minutes=UNDO_MINUTES)
        _reversals[step.reversal](actor=actor, now=now, **step.arguments)
        step.undone_at, step.undone_by_id = now, actor.person_id
        step.save(update_fields=["undone_at", "undone_by_id"])
        record_deed(
            actor=actor,
            verb="undo_step",
            object_kind=step.object_kind,
            object_id=step.object_id,
            now=now,
            region=step.region,
            acting_for_id=step.person_id if step.person_id != actor.person_id else None,
            detail={"reversal": step.reversal, "step": str(step.uuid)},
        )
        return _view(step)


def access_undoable_steps(*, actor: Actor, now: datetime, limit: int = 10) -> list[UndoView]:
    """The steps the actor may still take back, the newest first; for the notice with the button."""
    rows = UndoableStep.objects.within(actor.scope).filter(undone_at=None, undo_until__gt=now, done_at__lte=now)
    return [_view(step) for step in rows.order_by("-done_at", "-id")[: max(1, min(limit, 50))]]


def _may_undo(actor: Actor, step: UndoableStep) -> bool:
    if actor.person_id is not None and actor.person_id == step.actor_person_id:
        return True
    return actor.scope.has_person(step.person_id, step.region)


def _view(step: UndoableStep) -> UndoView:
    return UndoView(
        step.uuid,
        step.what,
        step.object_kind,
        step.object_id,
        step.person_id,
        step.done_at,
        step.undo_until,
        step.undone_at,
    )
