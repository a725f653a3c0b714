"""Rules of identity and family. Pure: no database, no clock, no settings."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from datetime import date, datetime

from xueqiao.domains.people.errors import (
    BirthDateInvalid,
    CapInvalid,
    HomeInvalid,
    NameInvalid,
    PhoneInvalid,
    RelationUnknown,
)
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.region_code import TOWNSHIP, RegionCode

ADULT_AGE = 18  # Civil Code art. 17
CONSENT_AGE = 14  # Personal Information Protection Law art. 31: below it the guardian consents
RELATIONS = ("child", "parent", "guardian", "spouse", "other")
GUARDIAN_RELATIONS = frozenset({"parent", "guardian"})
CAP_FEN_MAX = 100_000_00

# Numbers of the sign-in, the same everywhere in a platform. Sources: E9 (MIIT 2021-67 annex 1) for the five minutes and
# the extension; the rest is our choice against floods and guessing (trust.md R-33).
CODE_SECONDS = 300
CODE_TRIES = 5
RESEND_SECONDS = 60
CODES_PER_PHONE_PER_HOUR = 5
FREE_CODES_PER_ADDRESS_PER_HOUR = 12
TICKET_SECONDS = 900
FACTOR_TRIES = 5
FACTOR_WINDOW_SECONDS = 300
WAITING_LINKS_MAX = 5
TOKENS_MAX = 10

# 13x to 19x are numbers of real networks; 100 followed by eight digits cannot exist and marks demo people.
_PHONE = re.compile(r"1[3-9][0-9]{9}|100[0-9]{8}")
_NAME = re.compile(r"[^\W\d_]+(?:[·. '’\-][^\W\d_]+)*")


def parse_phone(text: str) -> str:
    """Return the 11 digits of a mainland mobile number; full-width digits, spaces, dashes and +86 are forgiven.

    Raises PhoneInvalid for anything else.
    """
    plain = unicodedata.normalize("NFKC", text or "")
    plain = re.sub(r"[\s\-()]", "", plain)
    plain = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", plain)
    if not _PHONE.fullmatch(plain) or not plain.isascii():
        raise PhoneInvalid(what="手机号")
    return plain


def is_demo_phone(phone: str) -> bool:
    """True for numbers of the demo range, which no network can reach."""
    return phone.startswith("100")


def parse_name(text: str) -> str:
    """Return a person's name, trimmed and in NFC. Raises NameInvalid for digits, symbols or a wrong length."""
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text or "")).strip()
    if not 2 <= len(name) <= 30 or not _NAME.fullmatch(name):
        raise NameInvalid(what="姓名")
    return name


def parse_birth_date(text: str | date, today: date) -> date:
    """Return a date of birth between 130 years ago and `today`. Raises BirthDateInvalid."""
    if isinstance(text, date):
        born = text
    else:
        try:
            born = date.fromisoformat(unicodedata.normalize("NFKC", text or "").strip().replace("/", "-"))
        except ValueError:
            raise BirthDateInvalid(what="出生日期") from None
    if born > today or born.year < today.year - 130:
        raise BirthDateInvalid(what="出生日期")
    return born


def parse_home(code: str | int) -> int:
    """Return the code of a township or village as a home. Raises HomeInvalid for larger units and wrong codes."""
    try:
        unit = RegionCode.parse(code)
    except Refused:
        raise HomeInvalid(what="居住地") from None
    if unit.level < TOWNSHIP:
        raise HomeInvalid(what="居住地")
    return int(unit)


def parse_relation(text: str) -> str:
    """Return one of RELATIONS. Raises RelationUnknown."""
    if text not in RELATIONS:
        raise RelationUnknown(what="关系")
    return text


def parse_cap_fen(amount_fen: int | None) -> int | None:
    """Return a spending cap in fen per term, None for no cap. Raises CapInvalid outside 0 to 100,000 yuan."""
    if amount_fen is None:
        return None
    if not 0 <= amount_fen <= CAP_FEN_MAX:
        raise CapInvalid(what="花费上限")
    return amount_fen


def age_on(birth_date: date, day: date) -> int:
    """Return full years of age on `day`. A person born on 29 February turns a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def needs_guardian(birth_date: date, day: date) -> bool:
    """True below 14: nothing may be done without a guardian's live consent (PIPL art. 31)."""
    return age_on(birth_date, day) < CONSENT_AGE


def is_minor(birth_date: date, day: date) -> bool:
    """True below 18: a guardian is told, and a spending cap may be set."""
    return age_on(birth_date, day) < ADULT_AGE


def is_link_live(
    *, state: str, relation: str, confirmed_how: str, subject_birth_date: date, has_guardian_consent: bool, day: date
) -> bool:
    """True when a family link gives authority on `day`.

    Below 14 only a parent or guardian acts, and only with a live consent. A link proven by papers alone (never by the
    subject's own code) ends in effect on the 18th birthday, because from then on the person decides for herself.
    """
    if state != "active":
        return False
    if needs_guardian(subject_birth_date, day):
        return relation in GUARDIAN_RELATIONS and has_guardian_consent
    if confirmed_how == "birth_record":
        return is_minor(subject_birth_date, day)
    return True


def mask_name(name: str) -> str:
    """Return a name that its owner recognises and a stranger does not: 张桂兰 -> 张*兰, 王骑 -> 王*."""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """Return 139****1234."""
    return f"{phone[:3]}****{phone[-4:]}"


def keyed_hash(key: str, purpose: str, text: str) -> bytes:
    """Return HMAC-SHA256 of `text` under the server key, kept apart per purpose. 32 bytes."""
    derived = hmac.digest(key.encode(), f"people:{purpose}".encode(), hashlib.sha256)
    return hmac.digest(derived, text.encode(), hashlib.sha256)


def is_same(left: bytes, right: bytes) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(bytes(left), bytes(right))


def work_factor(codes_from_address: int, free_codes: int) -> int:
    """Return how hard the proof of work for the next code must be, from what one address asked for in the last hour.

    0 means none. It doubles with each further `free_codes` and stops at 64: a community centre behind one address gets
    slower, never locked out (trust.md R-33).
    """
    if codes_from_address < free_codes:
        return 0
    return min(64, 2 ** (codes_from_address // max(1, free_codes) - 1))


def wait_seconds(factor: int) -> int:
    """Return how long a page without scripts waits instead of computing: 5 seconds per factor, at most 60."""
    return min(60, 5 * factor)


def check_digit(digits: str) -> str:
    """Return the check digit of a learner number (ISO/IEC 7064 MOD 11,10): catches every single slip and most swaps."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def is_recent(moment: datetime | None, now: datetime, seconds: int) -> bool:
    """True when `moment` lies at most `seconds` before `now`."""
    return moment is not None and 0 <= (now - moment).total_seconds() <= seconds


def parse_code(text: str) -> str:
    """Return the digits of a code as typed: full-width digits and spaces are forgiven, anything else stays wrong."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))[:12]


def person_key(key: str, id_number: str) -> bytes:
    """Return the region-wide person key of an ID number: a keyed hash, so that the number itself is never kept."""
    return keyed_hash(key, "person_key", re.sub(r"\s", "", unicodedata.normalize("NFKC", id_number)).upper())
