"""Who may open what: one row per URL name and method, for people to read. An unlisted URL fails the test.

A row says whom the page lets in, for an object (a family link, a class, a roll) in the clerk's own town 合德镇, in
the parent unit (射阳县), in a sibling town (临海镇) and in another county (吴江区). Whoever is not named is kept out:
visitors are sent to sign in (API: 401), others get 403 or 404. "Let in" includes being told that the input is wrong.

    "family_end": {"GET": signed_in(), "POST": of("link", own="elder daughter clerk", sibling="rider")}

Add rows for new pages here; `objects_of` in test_permissions.py makes the objects.
"""

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


def of(kind: str, form: dict[str, str] | None = None, **allowed: str) -> Row:
    """Open to these, by where the object lies."""
    return _row(kind, allowed, form or {})


MATRIX: dict[str, dict[str, Row]] = {
    # -- public pages
    "public_home": {"GET": everybody()},
    "public_find": {"GET": everybody()},
    "public_courses": {"GET": everybody()},
    "public_course": {"GET": everybody("course")},
    "public_unit": {"GET": everybody("unit")},
    "public_class": {"GET": everybody("class")},
    "public_place": {"GET": everybody(), "POST": everybody()},
    "public_mode": {"POST": everybody()},
    "help_home": {"GET": everybody()},
    "help_styleguide": {"GET": everybody()},
    "help_offline": {"GET": everybody()},
    "help_service_worker": {"GET": everybody()},
    "help_manifest": {"GET": everybody()},
    # -- signing in
    "signin_phone": {"GET": everybody(), "POST": everybody(phone="13900001111")},
    "signin_code": {"GET": everybody(), "POST": everybody(code="000000")},
    "signin_extend": {"POST": everybody()},
    "signin_profile": {"GET": everybody(), "POST": everybody()},
    "signin_out": {"GET": everybody(), "POST": everybody()},
    "signin_enter": {"GET": everybody("entry"), "POST": of("entry")},  # the token is made up: nobody gets in
    # -- the second factor: for people with a duty, before and after they have shown it
    "signin_factor": {"GET": only(" ".join(STAFF))},
    "signin_totp": {"GET": only(" ".join(STAFF)), "POST": only(" ".join(STAFF), code="000000")},
    "signin_totp_new": {"GET": only(" ".join(STAFF)), "POST": only(" ".join(STAFF), code="000000")},
    "signin_passkey": {"GET": only(" ".join(STAFF)), "POST": only(" ".join(STAFF))},
    "signin_passkey_new": {"GET": only(" ".join(STAFF)), "POST": only(" ".join(STAFF))},
    # -- my account
    "signin_me": {"GET": signed_in()},
    "signin_home": {"GET": signed_in(), "POST": signed_in(home_text="合德镇")},
    "signin_tokens": {"POST": signed_in(label="x", scope="read")},
    "signin_token_withdraw": {"POST": of("token", own="elder", sibling="rider")},
    "signin_leave_all": {"POST": signed_in()},
    # -- family: links of 张桂兰 (own), of somebody at county level, of 王小骑 (sibling), of somebody far away
    "family_people": {"GET": signed_in()},
    "family_add": {"GET": signed_in(), "POST": signed_in()},
    "family_child": {"GET": signed_in(), "POST": signed_in()},
    "family_self": {"POST": signed_in()},
    "family_confirm": {"GET": signed_in("link"), "POST": signed_in("link", code="000000")},
    "family_act": {"POST": of("link", own="daughter")},
    "family_cap": {"POST": of("link", {"cap": "1"}, own="elder daughter", sibling="rider")},
    "family_consent": {"POST": of("link", {"withdraw": "1"}, own="daughter")},
    "family_end": {
        "GET": signed_in("link"),
        "POST": of("link", own="elder daughter clerk", sibling="rider"),
    },
    # -- the API
    "api:openapi-json": {"GET": everybody()},
    "api:sign_in_challenge": {"GET": everybody()},
    "api:send_code": {"POST": everybody()},
    "api:sign_in": {"POST": everybody()},
    "api:open_account": {"POST": everybody()},
    "api:me": {"GET": signed_in()},
    "api:family": {"GET": signed_in()},
    "api:withdraw_token": {"DELETE": of("token", own="elder", sibling="rider")},
}
# Not pages: the API's root exists for its namespace and answers 404 to everybody.
NO_PAGES = frozenset({"api:api-root"})
