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

MATRIX: dict[str, dict[str, Row]] = {
    # -- draws
    "draw_script": {"GET": everybody("draw_script")},
    "draw_show": {"GET": everybody("draw")},
    "draw_list": {"GET": everybody("draw")},
    "draw_result": {"GET": everybody("draw")},
    "draw_check": {"GET": everybody("draw")},
    "draw_file": {"GET": everybody("draw_file")},
    "draw_receipt": {"GET": of("draw_entry", **DESK)},
    "draw_receipt_file": {"GET": of("draw_entry", **DESK)},
    "centre_draws": {"GET": only("clerk county_officer province_officer")},
    "centre_draw": {"GET": of("draw", **DRAWS)},
    "centre_draw_freeze": {"POST": of("draw", **DRAWS)},
    "centre_draw_value": {"POST": of("draw", form={"value": "03 08 11 20 25 31 07"}, **DRAWS)},
    "centre_draw_hold": {"POST": of("draw", **DRAWS)},
    # -- public pages
    "public_home": {"GET": everybody()},
    "public_find": {"GET": everybody()},
    "public_courses": {"GET": everybody()},
    "public_course": {"GET": everybody("course")},
    "public_unit": {"GET": everybody("unit")},
    "public_class": {"GET": everybody("class")},
    "public_programmes": {"GET": everybody()},
    "public_programme": {"GET": everybody("programme")},
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
    # -- rounds: one of 合德镇 (own), of the county, of 临海镇, of 吴江区, each with an entry of the place's resident
    "rounds_list": {"GET": everybody()},
    "rounds_round": {"GET": everybody("round")},
    "rounds_enter": {"GET": signed_in("round"), "POST": signed_in("round")},
    "rounds_papers": {"GET": signed_in(), "POST": signed_in()},
    "rounds_entry": {"GET": of("wish", **DESK)},
    "rounds_change": {"GET": of("wish", **DESK), "POST": of("wish", **DESK)},
    "rounds_invite": {"POST": of("wish", {"who": "0"}, **MINE)},
    "rounds_answer": {"POST": of("wish", {"person": "0", "answer": "yes"})},
    "rounds_leave": {"POST": of("wish", {"person": "0"})},
    "rounds_return": {"POST": of("round", {"run": "0", "person": "0"})},
    "rounds_interview": {"GET": of("wish", **DESK), "POST": of("wish", {"slot": "0"}, **DESK)},
    "rounds_interviews": {"GET": of("round", **ROUND), "POST": of("round", {"step": "x"}, **ROUND)},
    "rounds_judge": {"GET": of("interview", **ROUND), "POST": of("interview", **ROUND)},
    "rounds_staff": {"GET": only("clerk county_officer")},
    "rounds_plan": {"GET": only("clerk county_officer"), "POST": only("clerk county_officer")},
    "rounds_staff_round": {"GET": of("round", **ROUND)},
    "rounds_open": {"POST": of("round", **ROUND)},
    "rounds_cancel": {"POST": of("round", {"reason": "教室漏水"}, **ROUND)},
    "rounds_paper": {"GET": of("round", own="clerk"), "POST": of("round", own="clerk")},
    "rounds_counter": {"GET": of("round", own="clerk"), "POST": of("round", own="clerk")},
    "rounds_bulk": {"GET": of("round", own="clerk"), "POST": of("round", own="clerk")},
    "rounds_decide_late": {"POST": of("late", {"answer": "refuse", "reason": "没有章"})},
    "rounds_kit": {"GET": only("clerk")},
    "rounds_kit_register": {"POST": only("clerk")},
    "rounds_kit_withdraw": {"POST": only("clerk", device="0")},
    "rounds_kit_sync": {"POST": only("clerk")},
    # -- enrolling: 张桂兰's place at 合德镇 (own), somebody's at county level, 王小骑's at 临海镇, somebody's far away.
    #    Desk staff see the places of their units; who may change one is asked again by the action.
    "enrol_who": {"GET": signed_in("enrol"), "POST": signed_in("enrol")},
    "rush_room": {"GET": signed_in("enrol")},
    "rush_hold": {"POST": signed_in("enrol")},
    "rush_leave": {"GET": signed_in("enrol"), "POST": signed_in("enrol")},
    "enrol_check": {"GET": of("place", **DESK)},
    "enrol_confirm": {"POST": of("place", {"agreed_fen": "36000"}, **MINE)},
    "enrol_extend": {"POST": of("place", **MINE)},
    "enrol_release": {"POST": of("place", **MINE)},
    "enrol_undo": {"POST": of("place", **DESK)},
    "enrol_done": {"GET": of("place", **DESK)},
    "enrol_slip": {"GET": of("place", **DESK)},
    "enrol_calendar": {"GET": of("place", **DESK)},
    "enrol_withdraw": {"GET": of("place", **DESK), "POST": of("place", {"seen_fen": "0"}, **MINE)},
    # -- waiting lists and offers: an entry and an offer of the same owners
    "enrol_wait": {"GET": signed_in("enrol"), "POST": signed_in("enrol")},
    "mine_places": {"GET": signed_in()},
    "mine_offer": {"GET": of("offer", **DESK), "POST": of("offer", **MINE)},
    "mine_offer_decline": {"POST": of("offer", **MINE)},
    "mine_waiting": {"GET": of("waiting", **DESK)},
    "mine_waiting_leave": {"POST": of("waiting", **MINE)},
    "centre_line": {"GET": of("class", **LINE), "POST": of("class", **LINE)},
    "centre_line_move": {"POST": of("move", {"answer": "refuse"}, **LINE)},
    "centre_calls": {"GET": only("clerk")},
    "centre_call": {"POST": of("offer", {"outcome": "no_answer"}, own="clerk")},
    # -- absences in a row: the learner, who acts for her, the desk and the county of the class
    "mine_absence": {"GET": of("absence", **ABSENT), "POST": of("absence", **ABSENT)},
    "centre_absences": {"GET": only("clerk")},
    "centre_absence_keep": {"POST": of("absence", own="clerk")},
    "enrol_hardship": {"GET": of("place", **DESK), "POST": of("place", **DESK)},
    "centre_hardship": {"GET": only("clerk county_officer province_officer")},
    "centre_hardship_decide": {"POST": of("hardship", **DECIDE)},
    "centre_hardship_paper": {"GET": of("paper", **DESK)},
    # -- paying. Desk staff may help to pay a bill of their unit. The cashier stands for the gateway's page; the result
    #    is where it sends a relative back to: who knows the payment's number sees class and amount, no names.
    "pay_bill": {"GET": of("bill", **DESK), "POST": of("bill", {"way": "rehearsal.wechat"}, **DESK)},
    "pay_counter": {"POST": of("bill", **MINE)},
    "pay_link": {"POST": of("bill", **DESK)},
    "pay_by_link": {"GET": of("paylink")},  # the token is made up: nobody gets in
    "pay_cashier": {"GET": everybody("payment")},
    "pay_go": {"GET": everybody("payment")},
    "pay_result": {"GET": everybody("payment")},
    "pay_callback": {"POST": everybody("gateway")},
    # -- my learning
    "mine_learning": {"GET": signed_in()},
    "mine_calendar": {"GET": signed_in()},
    "mine_class_calendar": {"GET": of("learned", own="elder", sibling="rider")},
    "mine_notices": {"GET": signed_in(), "POST": signed_in()},
    "mine_merge": {"GET": of("merge", **DESK), "POST": of("merge", {"answer": "yes"}, **MINE)},
    "mine_passport": {"GET": signed_in()},
    "mine_attend": {"GET": of("attend")},  # the token is made up: it opens nothing
    "mine_deposit": {"POST": of("proposal", **MINE)},
    "mine_take_back": {"POST": of("proposal", **MINE)},
    "mine_issue": {"POST": of("completion", **MINE)},
    "mine_certificate": {"GET": of("certificate", **DESK)},
    "mine_certificate_pdf": {"GET": of("certificate", **DESK)},
    "mine_certificate_json": {"GET": of("certificate", **DESK)},
    "verify_ask": {"GET": everybody()},
    "verify_keys": {"GET": everybody()},
    "verify_keys_file": {"GET": everybody()},
    "verify_receipt": {"GET": everybody("sealed")},
    "status_list": {"GET": everybody("status_list")},
    "verify_code": {"GET": everybody("code")},
    # -- the teacher's desk: her own sessions; and those who answer for the centre
    "teacher_today": {"GET": only("teacher clerk county_officer")},
    "teacher_roll": {"GET": of("session", **ROLL), "POST": of("session", **ROLL)},
    "teacher_code": {"GET": of("session", **ROLL)},
    # -- the centre's workbench
    "centre_counter": {"GET": only("clerk"), "POST": only("clerk")},
    "centre_cash": {"GET": only("clerk"), "POST": only("clerk")},
    "centre_cash_day": {"GET": of("cash_day", **FIGURES), "POST": of("cash_day", {"step": "close"}, **FIGURES)},
    # -- the finance desk: an officer's own unit; differences nobody knows the bill of are every officer's
    "finance_desk": {"GET": only("county_officer province_officer")},
    "finance_difference": {"POST": of("difference", {"step": "own"}, **APPROVE)},
    "finance_export": {"GET": only("county_officer province_officer")},
    # -- teachers' contracts and pay: the desk of the unit, an officer above to give it out, the teacher her own
    "payroll_contracts": {
        "GET": only("clerk county_officer province_officer"),
        "POST": only("clerk county_officer province_officer"),
    },
    "payroll_contract": {
        "GET": of("contract", **FIGURES),
        "POST": of("contract", {"step": "end", "last_day": "2026-12-31", "reason": "测试"}, **FIGURES),
    },
    "payroll_month": {
        "GET": only("clerk county_officer province_officer"),
        "POST": only("clerk county_officer province_officer"),
    },
    "payroll_slip": {
        "GET": of("pay_slip", **FIGURES),
        "POST": of("pay_slip", {"step": "back", "reason": "测试"}, **APPROVE),
    },
    "payroll_workbook": {"GET": only("clerk county_officer province_officer")},
    "payroll_csv": {"GET": only("clerk county_officer province_officer")},
    "mine_pay": {"GET": signed_in()},
    "mine_pay_slip": {"GET": of("pay_slip", **PAID)},
    # -- vouchers and shares are officers' matters, concessions the desk's, one's own everybody's
    "scheme_vouchers": {
        "GET": only("county_officer province_officer"),
        "POST": only("county_officer province_officer"),
    },
    "scheme_voucher": {
        "GET": of("voucher_scheme", **APPROVE),
        "POST": of("voucher_scheme", {"step": "close"}, **APPROVE),
    },
    "scheme_shares": {
        "GET": only("county_officer province_officer"),
        "POST": only("county_officer province_officer"),
    },
    "scheme_share_approve": {"POST": of("share_scheme", **APPROVE)},
    "scheme_concessions": {
        "GET": only("clerk county_officer province_officer"),
        "POST": only("clerk county_officer province_officer"),
    },
    "scheme_concession_end": {"POST": of("concession", **FIGURES)},
    "mine_vouchers": {"GET": signed_in()},
    "api:my_vouchers": {"GET": signed_in()},
    "api:my_concessions": {"GET": signed_in()},
    # -- enterprises: their members on their own pages, the desk of the unit on the others
    "enterprise_home": {"GET": signed_in(), "POST": signed_in()},
    "enterprise_one": {"GET": of("enterprise", **FIRM), "POST": of("enterprise", ORDER_FORM, **FIRM_OWN)},
    "enterprise_order": {
        "GET": of("order", **FIRM),
        "POST": of("order", {"step": "withdraw"}, **FIRM_OWN),
    },
    "demand_desk": {"GET": only("clerk county_officer province_officer")},
    "demand_answer": {"POST": of("enterprise", {"answer": "verify"}, **FIGURES)},
    "demand_order": {
        "GET": of("order", **FIRM_DESK),
        "POST": of("order", {"step": "refuse", "reason": "测试"}, **FIGURES),
    },
    "demand_refund": {"POST": of("enterprise_refund", {"step": "drop"}, **APPROVE)},
    "demand_bank": {
        "GET": only("county_officer province_officer"),
        "POST": only("county_officer province_officer"),
    },
    "demand_bank_line": {"POST": of("bank_line", {"step": "back", "words": "银行已经退回"}, **APPROVE)},
    "api:my_enterprises": {"GET": signed_in(), "POST": signed_in()},
    "api:register_enterprise": {"GET": signed_in(), "POST": signed_in()},
    "api:enterprise_orders": {"GET": of("enterprise", **FIRM)},
    "api:ask_order": {"GET": of("enterprise", **FIRM)},
    "api:get_order": {"GET": of("order", **FIRM)},
    "api:accept_quote": {"POST": signed_in("order")},
    "api:withdraw_order": {"POST": of("order", **FIRM_OWN)},
    "api:ask_invoice": {"POST": signed_in("order")},
    "api:my_slips": {"GET": signed_in()},
    "api:my_slip": {"GET": of("pay_slip", **PAID)},
    "api:my_contracts": {"GET": signed_in()},
    "api:my_unpaid": {"GET": signed_in()},
    "centre_today": {"GET": only("clerk")},
    "centre_open": {"GET": only("clerk"), "POST": only("clerk")},
    "rooms_choose": {"GET": everybody()},
    "rooms_day": {"GET": everybody("centre")},
    "rooms_book": {"GET": signed_in("centre"), "POST": signed_in("centre")},
    "mine_rooms": {"GET": signed_in(), "POST": signed_in()},
    "centre_room_bookings": {"GET": only("clerk")},
    "centre_room_answer": {"POST": of("booking", {"confirm": "1"}, own="clerk")},
    "centre_timetable_ask": {"GET": only("clerk"), "POST": only("clerk")},
    "centre_timetable": {"GET": of("timetable", own="clerk")},
    "centre_timetable_accept": {"POST": of("timetable", own="clerk")},
    "centre_timetable_drop": {"POST": of("timetable", own="clerk")},
    "centre_run": {"GET": of("class", own="clerk")},
    "centre_copy_all": {"GET": only("clerk"), "POST": only("clerk", step="check")},
    "centre_batch": {"GET": only("clerk"), "POST": only("clerk", step="check")},
    "centre_batch_template": {"GET": only("clerk")},
    "centre_drafts": {"GET": only("clerk"), "POST": only("clerk")},
    "centre_programmes": {
        "GET": only("clerk county_officer province_officer"),
        "POST": only("clerk county_officer province_officer", school="TC320924100"),
    },
    "centre_programme": {
        "GET": of("programme", **FIGURES),
        "POST": of("programme", {"step": "add"}, **FIGURES),
    },
    "centre_assistants": {
        "GET": of("class", own="clerk"),
        "POST": of("class", {"step": "remove", "person": "1"}, own="clerk"),
    },
    "centre_seats": {"GET": of("class", own="clerk"), "POST": of("class", {"capacity": "20"}, own="clerk")},
    "centre_board": {"GET": only("clerk")},
    "centre_room_board": {"GET": only("clerk")},
    "centre_small": {"GET": only("clerk")},
    "centre_open_anyway": {"POST": of("class", own="clerk")},
    "centre_merge": {
        "GET": of("class", own="clerk"),
        "POST": of("class", {"target": "B", "until": "2026-03-01T10:00"}, own="clerk"),
    },
    "centre_cancel": {"GET": of("class", own="clerk"), "POST": of("class", {"reason": "人数不够"}, own="clerk")},
    "centre_session": {
        "GET": of("session", own="clerk"),
        "POST": of("session", {"step": "cancel", "why": "停电"}, own="clerk"),
    },
    "centre_confirm_link": {"POST": of("link", {"papers_seen": "户口簿"}, own="clerk")},
    "centre_publish": {"POST": of("class", own="clerk")},
    # -- the authority's dashboard: a unit of one's own range
    "authority_dashboard": {"GET": only("clerk county_officer province_officer")},
    "authority_approvals": {"GET": only("county_officer province_officer")},
    # -- certificates: officers of the class's unit; a revocation is decided by another than the one who asked
    "authority_certificates": {"GET": only("county_officer province_officer")},
    "authority_certificate": {"GET": of("code", **APPROVE)},
    "authority_certificate_suspend": {
        "POST": of("certificate", {"reason": "record_error", "words": "点名记错了人"}, **APPROVE)
    },
    "authority_certificate_lift": {"POST": of("certificate", {"words": "没有问题"}, **APPROVE)},
    "authority_certificate_ask": {
        "POST": of("certificate", {"reason": "record_error", "words": "点名记错了人"}, **APPROVE)
    },
    "authority_certificate_decide": {"POST": of("change", {"decision": "keep"}, **APPROVE)},
    "authority_approve": {"POST": of("class", **APPROVE)},
    "authority_give_back": {"POST": of("class", {"reason": "教室写错了，请改正后再报"}, **APPROVE)},
    "authority_board": {"GET": of("figure", **FIGURES)},
    "authority_evidence": {"GET": of("figure", **FIGURES)},
    "authority_export": {"GET": of("figure", **FIGURES)},
    # -- the API
    "api:get_draw": {"GET": everybody("draw")},
    "api:get_draw_file": {"GET": everybody("draw_file")},
    "api:get_receipt": {"GET": of("draw_entry", **DESK)},
    "api:list_courses": {"GET": everybody()},
    "api:get_course": {"GET": everybody("course")},
    "api:find_classes": {"GET": everybody()},
    "api:get_class": {"GET": everybody("class")},
    "api:change_seats": {"PUT": of("class", {"capacity": "20"}, **DECIDE)},
    "api:add_assistant": {"POST": signed_in("class"), "DELETE": signed_in("class")},
    "api:remove_assistant": {"POST": signed_in("class"), "DELETE": signed_in("class")},
    "api:open_class_list": {"POST": signed_in("centre")},
    "api:last_term": {"GET": signed_in("centre"), "POST": signed_in("centre")},
    "api:copy_classes": {"GET": signed_in("centre"), "POST": signed_in("centre")},
    "api:list_programmes": {"GET": everybody(), "POST": signed_in()},
    "api:open_programme": {"GET": everybody(), "POST": signed_in()},
    "api:get_programme": {"GET": everybody("programme_api")},
    "api:add_programme_site": {"POST": signed_in("programme_api")},
    "api:add_to_programme": {"POST": signed_in("programme_api")},
    "api:hold_place": {"POST": signed_in()},
    "api:enter_room": {"POST": signed_in("enrol"), "GET": of("enrol"), "DELETE": signed_in("enrol")},
    "api:my_number": {"POST": signed_in("enrol"), "GET": of("enrol"), "DELETE": signed_in("enrol")},
    "api:leave_room": {"POST": signed_in("enrol"), "GET": of("enrol"), "DELETE": signed_in("enrol")},
    "api:list_places": {"GET": signed_in()},
    "api:get_place": {"GET": of("place", **DESK)},
    "api:confirm_place": {"POST": of("place", {"agreed_fen": "36000"}, **MINE)},
    "api:extend_place": {"POST": of("place", **MINE)},
    "api:release_place": {"POST": of("place", **MINE)},
    "api:preview_refund": {"GET": of("place", **DESK)},
    "api:withdraw_place": {"POST": of("place", {"seen_fen": "0"}, **MINE)},
    "api:get_merge_ask": {"GET": of("merge", **DESK)},
    "api:answer_merge_ask": {"POST": of("merge", {"agrees": "1"}, **MINE)},
    "api:join_waiting": {"POST": signed_in()},
    "api:list_waiting": {"GET": signed_in()},
    "api:leave_waiting": {"POST": of("waiting", **MINE)},
    "api:list_offers": {"GET": signed_in()},
    "api:accept_offer": {"POST": of("offer", **MINE)},
    "api:decline_offer": {"POST": of("offer", **MINE)},
    "api:list_absences": {"GET": signed_in()},
    "api:excuse_absences": {"POST": signed_in("absence")},
    "api:start_payment": {"POST": of("bill", **DESK)},
    "api:list_rounds": {"GET": everybody()},
    "api:get_round": {"GET": everybody("round")},
    "api:enter_round": {"POST": signed_in("round")},
    "api:get_criteria": {"GET": everybody("round")},
    "api:get_interview": {"GET": of("wish", **DESK)},
    "api:book_interview": {"PUT": signed_in("wish")},
    "api:list_returns": {"GET": signed_in("round")},
    "api:claim_return": {"POST": signed_in("round")},
    "api:list_entries": {"GET": signed_in()},
    "api:get_entry": {"GET": of("wish", **DESK)},
    "api:change_wishes": {"PUT": signed_in("wish")},
    "api:invite_to_entry": {"POST": signed_in("wish")},
    "api:answer_invitation": {"POST": signed_in("wish")},
    "api:leave_round": {"POST": of("wish", own="elder", sibling="rider")},
    "api:give_declaration": {"POST": signed_in()},
    "api:my_places": {"GET": signed_in()},
    "api:my_attendance": {"GET": signed_in()},
    "api:my_credits": {"GET": signed_in()},
    "api:my_certificates": {"GET": signed_in()},
    "api:my_credential": {"GET": of("certificate", **DESK)},
    "api:deposit": {"POST": of("proposal", **MINE)},
    "api:verify": {"GET": everybody("code")},
    "api:list_definitions": {"GET": everybody()},
    "api:read_published": {"GET": of("api_figure")},  # nothing is published on this stage
    "api:read_board": {"GET": of("api_figure", **FIGURES)},
    "api:read_evidence": {"GET": of("api_figure", **FIGURES)},
    "api:openapi-json": {"GET": everybody()},
    "api:sign_in_challenge": {"GET": everybody()},
    "api:send_code": {"POST": everybody()},
    "api:sign_in": {"POST": everybody()},
    "api:open_account": {"POST": everybody()},
    "api:me": {"GET": signed_in()},
    "api:notices": {"GET": signed_in()},
    "api:family": {"GET": signed_in()},
    "api:withdraw_token": {"DELETE": of("token", own="elder", sibling="rider")},
}
# Not pages: the API's root exists for its namespace and answers 404 to everybody.
NO_PAGES = frozenset({"api:api-root"})
