"""Words for the rows of tests/permission_matrix.py: who there is, who is let in, by where the object lies."""

from __future__ import annotations

from dataclasses import dataclass, field

PRINCIPALS = (
    "visitor",
    "elder",  # 张桂兰
    "daughter",  # 李秀梅, acts for her
    "rider",  # 王小骑, lives in the sibling town
    "teacher",  # 陆建芬, teaches at 合德镇
    "clerk",  # 周文静, 合德镇社区教育中心
    "county_officer",  # 陈明, 射阳县
    "province_officer",  # 赵卫国
    "operator",  # 孙工: machines, no residents
)
RELATIONS = ("own", "parent", "sibling", "other")
SIGNED_IN = tuple(p for p in PRINCIPALS if p != "visitor")
STAFF = ("teacher", "clerk", "county_officer", "province_officer", "operator")


@dataclass(frozen=True)
class Row:
    """allowed: principals let in, by relation. kind: which object the address names; "" for none."""

    allowed: dict[str, frozenset[str]]
    kind: str = ""
    form: dict[str, str] = field(default_factory=dict)


def _row(kind: str, allowed: dict[str, str], form: dict[str, str]) -> Row:
    sets = {relation: frozenset(allowed.get(relation, "").split()) for relation in RELATIONS}
    unknown = frozenset().union(*sets.values()) - set(PRINCIPALS)
    if unknown:
        raise ValueError(f"no such principal: {sorted(unknown)}")
    return Row(sets, kind, form)


def everybody(kind: str = "", **form: str) -> Row:
    """Open to all, for objects of every place."""
    return _row(kind, dict.fromkeys(RELATIONS, " ".join(PRINCIPALS)), form)


def signed_in(kind: str = "", **form: str) -> Row:
    """Open to everybody who has signed in."""
    return _row(kind, dict.fromkeys(RELATIONS, " ".join(SIGNED_IN)), form)


def only(who: str, **form: str) -> Row:
    """Open to these, for a page that names no object."""
    return _row("", {"own": who}, form)


def desk() -> dict[str, Row]:
    """A page of the desks of a unit, to read and to send."""
    return {method: only("clerk county_officer province_officer") for method in ("GET", "POST")}


def of(kind: str, form: dict[str, str] | None = None, **allowed: str) -> Row:
    """Open to these, by where the object lies."""
    return _row(kind, allowed, form or {})


# The person herself and who acts for her.
MINE = {"own": "elder daughter", "sibling": "rider"}
# ... and staff whose unit contains the place: 合德镇 belongs to the clerk, the county and the province, and so on.
DESK = {
    "own": "elder daughter clerk county_officer province_officer",
    "parent": "county_officer province_officer",
    "sibling": "rider county_officer province_officer",
    "other": "province_officer",
}
# Waiting lists: the desk of the class and the county, in twos for another order.
LINE = {"own": "clerk county_officer", "parent": "county_officer", "sibling": "county_officer"}
# Absences in a row: the person, who acts for her, the desk and the county of the class.
ABSENT = {
    "own": "elder daughter clerk county_officer",
    "parent": "county_officer",
    "sibling": "rider county_officer",
}
# Those staff, without the person herself.
DECIDE = {
    "own": "clerk county_officer province_officer",
    "parent": "county_officer province_officer",
    "sibling": "county_officer province_officer",
    "other": "province_officer",
}
# Rolls: the teacher of the session, the clerk of its centre.
ROLL = {"own": "teacher clerk county_officer", "parent": "county_officer", "sibling": "county_officer"}
FIGURES = {
    "own": "clerk county_officer province_officer",
    "parent": "county_officer province_officer",
    "sibling": "county_officer province_officer",
    "other": "province_officer",
}

# Classes with a price wait for the county or whoever stands above it.
APPROVE = {
    "own": "county_officer province_officer",
    "parent": "county_officer province_officer",
    "sibling": "county_officer province_officer",
    "other": "province_officer",
}

# Rules are read by every officer, of whatever place they are.
RULES = dict.fromkeys(("own", "parent", "sibling", "other"), "county_officer province_officer")

# A slip of pay: its teacher (here the resident of the unit) and the staff of the unit.
PAID = {
    "own": "elder clerk county_officer province_officer",
    "parent": "county_officer province_officer",
    "sibling": "rider county_officer province_officer",
    "other": "province_officer",
}

# A firm's pages: who acts for it (here the resident of the unit) and the desk of the unit.
FIRM = PAID
FIRM_OWN = {"own": "elder", "sibling": "rider"}
FIRM_DESK = {
    "own": "clerk county_officer province_officer",
    "parent": "county_officer province_officer",
    "sibling": "county_officer province_officer",
    "other": "province_officer",
}
ORDER_FORM = {"step": "member", "learner_code": "T0"}

# Rounds are planned and opened by the clerk of the unit and the county.
ROUND = {"own": "clerk county_officer", "parent": "county_officer", "sibling": "county_officer"}
# Draws: the staff of the round's unit.
DRAWS = {
    "own": "clerk county_officer province_officer",
    "parent": "county_officer province_officer",
    "sibling": "county_officer province_officer",
    "other": "province_officer",
}
