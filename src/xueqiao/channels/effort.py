"""What asking for a code costs when many codes are asked for from one address: some computing, or some waiting.

With scripts the browser finds a number whose SHA-256 fits (altcha's protocol); without, the page carries a ticket that
becomes valid some seconds later. Neither is a puzzle for people (E8), and nobody is locked out: a centre behind one
address gets slower. A proof is bound to the asking address, lives ten minutes and buys one code (the action spends it).
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from altcha import ChallengeOptionsV1, create_challenge_v1, verify_solution_v1
from django.conf import settings
from django.core import signing

from xueqiao.domains.people.api import wait_seconds, work_factor_for

NUMBERS_PER_FACTOR = 20_000  # on average half of them are tried: about 0.3 s on a five-year-old phone
LIFE_SECONDS = 600
_TICKET_SALT = "effort.ticket"


@dataclass(frozen=True)
class Effort:
    """What a page offers: a challenge for scripts and a ticket for pages without; both empty when nothing is asked."""

    challenge: str = ""
    ticket: str = ""
    opens_at: datetime | None = None


def effort_for(address: str, mark: str, now: datetime) -> Effort:
    """Return what the next code from `address` costs. `mark` names the address inside the proof."""
    factor = work_factor_for(address, now=now)
    if factor == 0:
        return Effort()
    challenge = create_challenge_v1(
        ChallengeOptionsV1(
            max_number=NUMBERS_PER_FACTOR * factor,
            hmac_key=_key(),
            expires=datetime.now(UTC) + timedelta(seconds=LIFE_SECONDS),
            params={"mark": mark},
        )
    )
    opens_at = now + timedelta(seconds=wait_seconds(factor))
    ticket = signing.dumps([mark, int(opens_at.timestamp()), secrets.token_hex(8)], salt=_TICKET_SALT)
    return Effort(json.dumps(challenge.to_dict()), ticket, opens_at)


def is_paid(proof: str, mark: str, now: datetime) -> bool:
    """True for a solved challenge or a ticket whose time has come, made for this address."""
    if not 0 < len(proof) <= 4096:
        return False
    return _is_solved(proof, mark) or _is_waited(proof, mark, now)


def opens_at(ticket: str) -> datetime | None:
    """When a ticket becomes valid; None for something else."""
    try:
        return datetime.fromtimestamp(signing.loads(ticket, salt=_TICKET_SALT)[1], UTC)
    except (signing.BadSignature, ValueError, TypeError, IndexError):
        return None


def _is_waited(proof: str, mark: str, now: datetime) -> bool:
    try:
        owner, moment, _nonce = signing.loads(proof, salt=_TICKET_SALT)
    except (signing.BadSignature, ValueError):
        return False
    return bool(owner == mark and moment <= now.timestamp() <= moment + LIFE_SECONDS)


def _is_solved(proof: str, mark: str) -> bool:
    try:
        payload = json.loads(base64.b64decode(proof, validate=True))
        salt = payload["salt"]
        asked_by = parse_qs(salt.partition("?")[2].rstrip("&")).get("mark", [""])[0]
        return asked_by == mark and verify_solution_v1(payload, _key(), True)[0]
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return False


def _key() -> str:
    return "effort:" + settings.SECRET_KEY


def needs_effort(address: str, now: datetime) -> bool:
    """True when the next code from this address must be paid for."""
    return work_factor_for(address, now=now) > 0
