"""Plain values that cross the door of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

ACCESS_NEEDS = ("low_vision", "hearing", "walking")
CONSENT_TEXT_VERSION = "2026-11"  # the wording shown on the pages of channels/web/templates/signin/consent_text.html

TEACHER = "teacher"
CENTRE_CLERK = "centre_clerk"
COUNTY_OFFICER = "county_officer"
CITY_OFFICER = "city_officer"
PROVINCE_OFFICER = "province_officer"
OPERATOR = "operator"
STAFF_ROLES = (TEACHER, CENTRE_CLERK, COUNTY_OFFICER, CITY_OFFICER, PROVINCE_OFFICER, OPERATOR)

# Roles whose duty is to see the residents of a whole unit. A teacher sees her roll, an operator sees machines.
ROLES_THAT_SEE_RESIDENTS = frozenset({CENTRE_CLERK, COUNTY_OFFICER, CITY_OFFICER, PROVINCE_OFFICER})


@dataclass(frozen=True)
class PersonCard:
    """What another domain or a page may know of one person it was allowed to see.

    region: 12-digit code of her village or township. mode: "", "elder" or "xl". phone: None when she has none.
    """

    id: int
    uuid: UUID
    code: str
    name: str
    birth_date: date
    sex: str
    region: int
    mode: str
    phone: str | None
    is_demo: bool = False


class Authority(NamedTuple):
    """By which ground one person acts for another, with what the rules of a group need to know of that other.

    ground: self, family or guardian. spending_cap_fen: per term, None for no cap.
    """

    ground: str
    name: str
    birth_date: date
    spending_cap_fen: int | None


@dataclass(frozen=True)
class FamilyMember:
    """One person the actor acts for, or is asking to act for.

    relation: what the actor is to her (child, parent, guardian, spouse, other). may_act: True when the authority holds
    right now; False while waiting, or when a guardian's consent is missing. spending_cap_fen: per term; None, no cap.
    """

    link_id: int
    person: PersonCard
    relation: str
    spending_cap_fen: int | None
    link_uuid: UUID | None = None
    state: str = "active"
    may_act: bool = True
    began_at: datetime | None = None
    agent_name: str = ""  # who asks; filled in for the clerk who confirms


@dataclass(frozen=True)
class Representative:
    """One person who acts for the actor: the other direction of a family link, with the name masked."""

    link_uuid: UUID
    name_masked: str
    relation: str
    state: str
    began_at: datetime


@dataclass(frozen=True)
class CodeSent:
    """A code is on its way. `resend_at`: the earliest moment another one may be asked for."""

    phone: str
    phone_masked: str
    way: str
    expires_at: datetime
    resend_at: datetime
    may_extend: bool


@dataclass(frozen=True)
class SignedIn:
    """The phone was proven. account_id is None for a first visit: `ticket` then opens the account within 15 minutes.

    is_staff: duties wait until the second factor. factor_passed: True only by a demo entry link.
    """

    account_id: int | None
    person_id: int | None = None
    ticket: str = ""
    is_staff: bool = False
    factor_passed: bool = False


@dataclass(frozen=True)
class EntryLinkMade:
    """A demo entry link: the only time the token is known in clear."""

    token: str
    person_id: int
    expires_at: datetime


@dataclass(frozen=True)
class LinkAsked:
    """A family link waits for its confirmation.

    The answer is the same whether or not the phone and name belong together, so that nobody can probe for residents.
    """

    link_uuid: UUID
    phone_masked: str
    by_counter: bool
    expires_at: datetime | None


@dataclass(frozen=True)
class FactorView:
    """One second factor of a staff account, without its secret."""

    id: int
    kind: str
    label: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class TotpOffer:
    """A secret to be put into an authenticator app; it counts after one right code. `sealed` comes back with it."""

    uri: str
    secret: str
    sealed: str


@dataclass(frozen=True)
class TokenMade:
    """A bearer token, shown once."""

    uuid: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class TokenView:
    """One bearer token as its owner sees it later."""

    uuid: UUID
    label: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None


@dataclass(frozen=True)
class ShownMessage:
    """A message of the rehearsal gateway, to be shown on the screen with its label."""

    phone: str
    way: str
    text: str
    sent_at: datetime


@dataclass(frozen=True)
class NoticeWanted:
    """One thing to tell one person. text: the whole sentence for her page; values fill the short message's template."""

    person_id: int
    text: str
    values: Mapping[str, str]
    path: str = ""


@dataclass(frozen=True)
class NoticeView:
    """A notice as its reader sees it. person_name: whom it is about, "" when it is the reader herself."""

    uuid: UUID
    person_name: str
    text: str
    path: str
    made_at: datetime
    is_read: bool
