"""What the actions share: units, accounts, amounts as people read them."""

from __future__ import annotations

from collections.abc import Iterable

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.errors import NotEnoughPoints
from xueqiao.domains.incentives.models import Gift, PointsYear
from xueqiao.domains.incentives.queries import EVERYTHING, available_by_year, home_county
from xueqiao.foundation.ledger.api import Posting, open_unit
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import InvalidInput

AMOUNT_MOST = 10_000_000  # hundredths: a slip of the keyboard, not a wish


def open_books() -> None:
    """Open both units; opening again changes nothing."""
    open_unit(rules.POINTS, "学习积分", 2, sources=rules.POINTS_SOURCES)
    open_unit(rules.HOURS, "志愿时长（分钟）", 0, sources=rules.HOURS_SOURCES)


def lock_persons(person_ids: Iterable[int]) -> None:
    """Take the books of these people: caps, gifts and what they hold are looked at as a whole. Needs a transaction."""
    lock(LockSpace.INCENTIVES_PERSON, person_ids)


def lock_pot(county: int) -> None:
    """Take what a county's residents gave it, points and time: two spendings see what is left. Needs a transaction."""
    lock(LockSpace.INCENTIVES_POT, [county])


def points_text(hundredths: int) -> str:
    """150 -> "1.5"; 200 -> "2"."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def require_amount(amount: int) -> int:
    """Return a whole positive amount of a reasonable size. Raises InvalidInput."""
    if type(amount) is not int or not 0 < amount <= AMOUNT_MOST:
        raise InvalidInput(what="数量要大于 0")
    return amount


def require_words(words: str, *, what: str, least: int, most: int) -> str:
    """Return the words in one line. Raises InvalidInput with `what`."""
    said = " ".join(words.split())
    if not least <= len(said) <= most or not said.isprintable():
        raise InvalidInput(what=what)
    return said


def require_key(request_key: str) -> str:
    """Return the key that makes one press of a form one deed. Raises InvalidInput."""
    if not 1 <= len(request_key) <= 40 or not request_key.isprintable():
        raise InvalidInput(what="表单不完整，请刷新页面再试")
    return request_key


def require_same(known: Gift, amount: int, receiver_id: int | None) -> None:
    """Raise InvalidInput when a used form is sent again with other words: nobody is told of a gift that was not."""
    if (known.amount, known.receiver_id) != (amount, receiver_id):
        raise InvalidInput(what="这张表单已经用过，请刷新页面再试")


def parts_of(person_id: int, amount: int) -> list[tuple[int, int]]:
    """(year, hundredths) of hers that make up `amount`, oldest first. Needs her lock. Raises NotEnoughPoints."""
    available = available_by_year(person_id)
    parts = rules.parts_oldest_first(amount, available)
    if parts is None:
        left = sum(hundredths for _, hundredths in available)
        raise NotEnoughPoints(wanted=points_text(amount), left=points_text(left))
    return parts


def postings_to(person_id: int, parts: list[tuple[int, int]], destination: str) -> list[Posting]:
    """Her parts, all to one account."""
    return [Posting(rules.points_account(person_id, year), destination, amount) for year, amount in parts]


def remember_years(person_id: int, years: Iterable[int]) -> None:
    """Note that she has points of these years, so that they are found when they run out."""
    county = home_county(person_id)
    for year in years:
        PointsYear.objects.within(EVERYTHING).get_or_create(person_id=person_id, year=year, defaults={"region": county})
