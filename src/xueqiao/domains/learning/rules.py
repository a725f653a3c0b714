"""The rules of attendance and completion: pure functions over plain values."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xueqiao.domains.learning.values import ABSENT, DUE, EXCUSED, LATE, PRESENT, WARNED

STEP_SECONDS = 30
_CODE_CHARACTERS = 16  # hex of 64 bits: one guess in 1.8e19, and a code lives a minute


def minutes_by_rule(state: str, session_minutes: int, late_minutes_lost: int) -> int:
    """Return the minutes that count: the whole meeting when present, less a fixed loss when late, else none."""
    if state == PRESENT:
        return session_minutes
    if state == LATE:
        return max(0, session_minutes - late_minutes_lost)
    return 0


def step_of(moment: datetime) -> int:
    """Return the number of the 30-second step that `moment` (aware) lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_for(secret: bytes, session_id: int, step: int) -> str:
    """Return the code of one step: HMAC-SHA256 over session and step, so a code of one session opens no other."""
    message = f"xueqiao.attend.v1:{session_id}:{step}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:_CODE_CHARACTERS]


def is_code_live(secret: bytes, session_id: int, step: int, code: str, now: datetime) -> bool:
    """True for the code of the current or the previous step; compares in constant time."""
    current = step_of(now)
    if step not in (current, current - 1):
        return False
    return hmac.compare_digest(code_for(secret, session_id, step), code)


def token_of(session_id: int, step: int, code: str) -> str:
    """Join the parts into what stands in the address: short, letters and digits and dots."""
    return f"{session_id:x}.{step:x}.{code}"


def parts_of(token: str) -> tuple[int, int, str] | None:
    """Split a token; None when it is none of ours."""
    parts = token.split(".")
    if len(parts) != 3 or len(parts[2]) != _CODE_CHARACTERS or not all(parts):
        return None
    if any(set(part) - set("0123456789abcdef") for part in parts) or len(parts[0]) > 15 or len(parts[1]) > 12:
        return None
    return int(parts[0], 16), int(parts[1], 16), parts[2]


def sign_in_window(starts_at: datetime, ends_at: datetime, opens_minutes: int) -> tuple[datetime, datetime]:
    """Return from when to when a scan is taken: `opens_minutes` before the start until the end."""
    return starts_at - timedelta(minutes=opens_minutes), ends_at


def is_edit_free(ends_at: datetime, edit_hours: int, now: datetime) -> bool:
    """True while a recorded state may be changed without giving a reason."""
    return now <= ends_at + timedelta(hours=edit_hours)


@dataclass(frozen=True)
class Mark:
    """One recorded state of one person at one session."""

    session_id: int
    state: str
    minutes: int


@dataclass(frozen=True)
class Tally:
    """A person's standing in a class run."""

    sessions_attended: int
    sessions_held: int
    minutes_attended: int
    is_completed: bool


def tally(marks: Sequence[Mark], sessions_held: int, share: tuple[int, int]) -> Tally:
    """Count a person's sessions and judge completion: attended / held >= share, in whole numbers, never in floats.

    A class with no session held completes nobody.
    """
    attended = sum(mark.state in (PRESENT, LATE) for mark in marks)
    minutes = sum(mark.minutes for mark in marks if mark.state in (PRESENT, LATE))
    numerator, denominator = share
    enough = sessions_held > 0 and attended * denominator >= sessions_held * numerator
    return Tally(attended, sessions_held, minutes, enough)


def changed_states(before: Mapping[int, str], after: Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """Return person -> (old, new) for the states that differ and were recorded before."""
    return {
        person: (before[person], state)
        for person, state in after.items()
        if person in before and before[person] != state
    }


def is_downgrade(before: str, after: str) -> bool:
    """True when a change takes presence away."""
    return before in (PRESENT, LATE) and after in (ABSENT, EXCUSED)


def absences_in_a_row(states: Sequence[str]) -> int:
    """Return how many of the newest recorded meetings were missed without a word. states: oldest first.

    Coming, coming late and being excused (请假) all break the row: the rule is about learners of whom nobody hears.
    Source: rule 9 of section 5.2 of the platform's rule set.
    """
    count = 0
    for state in reversed(states):
        if state != ABSENT:
            break
        count += 1
    return count


def absence_step(absences: int, *, warned_from: int, released_from: int) -> str:
    """Return what so many absences in a row lead to: "due" (the seat goes to who waits), "warned", or "" for nothing.

    warned_from, released_from: the parameters; 0 switches a step off.
    """
    if released_from and absences >= released_from:
        return DUE
    return WARNED if warned_from and absences >= warned_from else ""


def release_moment(told_at: datetime, *, notice_hours: int) -> datetime:
    """Return from when the seat may go: `notice_hours` after the learner could be told, which is never at night."""
    return told_at + timedelta(hours=notice_hours)
