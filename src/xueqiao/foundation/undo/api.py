"""The door of undo. Promise: for ten minutes, one press takes a legal or financial step back, wholly or not at all."""

from xueqiao.foundation.undo.actions import (
    UNDO_MINUTES,
    Reversal,
    access_undoable_steps,  # what the actor may still take back
    offer_undo,  # in the transaction of the deed
    reversal,  # register how a kind of step is taken back
    undo_step,  # take it back
)
from xueqiao.foundation.undo.errors import AlreadyUndone, NotYoursToUndo, UndoTooLate
from xueqiao.foundation.undo.values import UndoView

__all__ = [
    "UNDO_MINUTES",
    "AlreadyUndone",
    "NotYoursToUndo",
    "Reversal",
    "UndoTooLate",
    "UndoView",
    "access_undoable_steps",
    "offer_undo",
    "reversal",
    "undo_step",
]
