"""Every page of the site, once: how to reach a sample of it, and who opens it.

The browser tests (accessibility, sizes), the permission test and the picture maker walk this list. A named URL that is
neither here nor in NOT_PAGES fails `tests/browser/test_page_list.py`, and so does an entry whose URL is gone.

`sample(lively)` gives the arguments of the URL for the world of `tests/worlds/lively.py`; `opened_by` is the person of
that world who opens the page ("visitor" is somebody not signed in).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

VISITOR, ELDER, DAUGHTER, LEARNER, RIDER, TEACHER, CLERK, OFFICER, PROVINCE = (
    "visitor",
    "elder",
    "daughter",
    "learner",
    "rider",
    "teacher",
    "clerk",
    "officer",
    "province_officer",
)
Arguments = dict[str, Any]


def _nothing(_: Any) -> Arguments:
    return {}


@dataclass(frozen=True)
class Page:
    """One kind of page. label: unique name of the sample (a URL may be listed more than once)."""

    name: str
    opened_by: str = VISITOR
    sample: Callable[[Any], Arguments] = _nothing
    query: str | Callable[[Any], str] = ""
    label: str = ""
    status: int = 200

    @property
    def id(self) -> str:
        return self.label or self.name

    def path(self, lively: Any) -> str:
        from django.urls import reverse

        query = self.query(lively) if callable(self.query) else self.query
        return reverse(self.name, kwargs=self.sample(lively)) + query


PAGES: tuple[Page, ...] = (
    Page("help_home"),
    Page("help_styleguide"),
    Page("help_offline"),
    Page("public_home"),
    Page("public_find"),
    Page("public_find", query="?q=xiqing&seats=any", label="public_find_nothing"),
    Page("public_courses"),
    Page("public_course", sample=lambda w: {"code": w.small.course.code}),
    Page("public_class", sample=lambda w: {"code": w.free_run.code}),
    Page("public_class", sample=lambda w: {"code": w.full_run.code}, label="public_class_full"),
    Page("public_class", sample=lambda w: {"code": w.drawn_run.code}, label="public_class_drawn"),
    Page("public_programmes"),
    Page("public_programme", sample=lambda w: {"code": w.programme.code}),
    Page(
        "public_programme",
        sample=lambda w: {"code": w.programme.code},
        query="?by=course",
        label="public_programme_courses",
    ),
    Page("centre_programmes", CLERK),
    Page("centre_programmes", OFFICER, label="centre_programmes_officer"),
    Page("centre_programme", CLERK, lambda w: {"code": w.programme.code}),
    Page(
        "centre_programme",
        OFFICER,
        lambda w: {"code": w.programme.code},
        query="?q=学校",
        label="centre_programme_officer",
    ),
    Page("public_place"),
    Page("signin_phone"),
    Page("signin_me", ELDER),
    Page("signin_home", ELDER),
    Page("signin_factor", CLERK),
    Page("signin_totp_new", CLERK),
    Page("signin_passkey_new", CLERK),
    Page("family_people", DAUGHTER),
    Page("family_add", DAUGHTER),
    Page("family_child", DAUGHTER),
    Page("rush_room", DAUGHTER, lambda w: {"class_code": w.rooms["gathering"].code}),
    Page("rush_room", DAUGHTER, lambda w: {"class_code": w.rooms["queue"].code}, label="rush_room_queue"),
    Page("rush_room", ELDER, lambda w: {"class_code": w.rooms["turn"].code}, label="rush_room_turn"),
    Page("rush_leave", ELDER, lambda w: {"class_code": w.rooms["turn"].code}),
    Page("rounds_list"),
    Page("rounds_round", sample=lambda w: {"code": w.round.code}),
    Page(
        "rounds_enter", DAUGHTER, lambda w: {"code": w.round.code}, query=lambda w: f"?run={w.round.runs[0].run_code}"
    ),
    Page("rounds_entry", DAUGHTER, lambda w: {"entry_uuid": w.entry.uuid}),
    Page("rounds_entry", RIDER, lambda w: {"entry_uuid": w.entry.uuid}, label="rounds_entry_asked"),
    Page("rounds_change", DAUGHTER, lambda w: {"entry_uuid": w.entry.uuid}),
    Page("rounds_papers", DAUGHTER),
    Page("rounds_staff", CLERK),
    Page("rounds_plan", CLERK),
    Page("rounds_staff_round", CLERK, lambda w: {"code": w.round.code}),
    Page("rounds_paper", CLERK, lambda w: {"code": w.round.code}),
    Page("rounds_bulk", CLERK, lambda w: {"code": w.round.code}),
    Page("rounds_kit", CLERK),
    Page("enrol_who", DAUGHTER, lambda w: {"class_code": w.paid_run.code}),
    Page("enrol_check", DAUGHTER, lambda w: {"place_uuid": w.held_place.uuid}),
    Page("enrol_done", DAUGHTER, lambda w: {"place_uuid": w.confirmed_place.uuid}),
    Page("enrol_slip", DAUGHTER, lambda w: {"place_uuid": w.confirmed_place.uuid}),
    Page("enrol_withdraw", DAUGHTER, lambda w: {"place_uuid": w.confirmed_place.uuid}),
    Page("enrol_wait", DAUGHTER, lambda w: {"class_code": w.full_run.code}),
    Page("mine_places", DAUGHTER),
    Page("mine_offer", DAUGHTER, lambda w: {"offer_uuid": w.seat_offer.uuid}),
    Page("mine_waiting", DAUGHTER, lambda w: {"entry_uuid": w.waiting_entry.uuid}),
    Page("centre_line", CLERK, lambda w: {"code": w.full_run.code}),
    Page("centre_line", CLERK, lambda w: {"code": w.offered_code}, label="centre_line_offers"),
    Page("centre_calls", CLERK),
    Page("pay_bill", DAUGHTER, lambda w: {"bill_uuid": w.bill.uuid}),
    Page("pay_by_link", VISITOR, lambda w: {"token": w.pay_token}),
    Page("pay_cashier", VISITOR, lambda w: {"payment_uuid": w.payment.payment_uuid}),
    Page("pay_result", DAUGHTER, lambda w: {"payment_uuid": w.payment.payment_uuid}),
    Page("mine_learning", ELDER),
    Page("mine_learning", RIDER, label="mine_learning_rider"),
    Page("mine_notices", DAUGHTER),
    Page("centre_hardship", CLERK),
    Page("mine_passport", ELDER),
    Page("mine_certificate", ELDER, lambda w: {"certificate_uuid": w.certificate.uuid}),
    Page("mine_attend", LEARNER, lambda w: {"token": w.attend_token}),
    Page("teacher_today", TEACHER),
    Page("teacher_roll", TEACHER, lambda w: {"session_id": w.roll_session.id}),
    Page("teacher_code", TEACHER, lambda w: {"session_id": w.roll_session.id}),
    Page("draw_show", sample=lambda w: {"code": w.draw.code}),
    Page("draw_list", sample=lambda w: {"code": w.draw.code}),
    Page("draw_result", sample=lambda w: {"code": w.draw.code}),
    Page("draw_check", sample=lambda w: {"code": w.draw.code}),
    Page("draw_receipt", ELDER, lambda w: {"entry_uuid": w.draw_entry_uuid}),
    Page("centre_draws", CLERK),
    Page("centre_draw", CLERK, lambda w: {"code": w.draw.code}),
    Page("verify_ask"),
    Page("verify_code", sample=lambda w: {"code": w.certificate.code}),
    Page("verify_code", sample=lambda w: {"code": "JS20260000000000"}, label="verify_unknown", status=404),
    Page("verify_keys"),
    Page("authority_certificates", OFFICER),
    Page("authority_certificate", OFFICER, lambda w: {"code": w.certificate.code}),
    Page("authority_dashboard", OFFICER),
    Page("authority_approvals", OFFICER),
    Page("authority_board", OFFICER, lambda w: {"indicator": "elderly_participation_rate", "region": "320924000000"}),
    Page(
        "authority_evidence", OFFICER, lambda w: {"indicator": "elderly_participation_rate", "region": "320924100000"}
    ),
    Page("centre_counter", CLERK),
    Page("centre_cash", CLERK),
    Page("centre_cash_day", OFFICER, lambda w: {"day_uuid": w.cash_day.uuid}),
    Page("finance_desk", OFFICER),
    Page("payroll_contracts", CLERK),
    Page("payroll_contract", CLERK, lambda w: {"contract_uuid": w.pay_contract.uuid}),
    Page("payroll_month", OFFICER, query="?month=2026-02"),
    Page("payroll_month", CLERK, query="?month=2026-03", label="payroll_month_running"),
    Page("payroll_slip", OFFICER, lambda w: {"slip_uuid": w.pay_waiting.uuid}),
    Page("enterprise_home", RIDER),
    Page("enterprise_one", RIDER, lambda w: {"enterprise_uuid": w.firm.uuid}),
    Page("enterprise_order", RIDER, lambda w: {"order_uuid": w.order.uuid}),
    Page("demand_desk", OFFICER),
    Page("demand_order", OFFICER, lambda w: {"order_uuid": w.order.uuid}),
    Page("demand_bank", OFFICER),
    Page("mine_pay", TEACHER),
    Page("mine_pay_slip", TEACHER, lambda w: {"slip_uuid": w.pay_slip.uuid}),
    Page("centre_today", CLERK),
    Page("centre_open", CLERK, label="centre_choose"),
    Page("centre_open", CLERK, query=lambda w: f"?from={w.roll_run.code}"),
    Page("rooms_choose"),
    Page("rooms_day", sample=lambda w: {"code": w.small.centre.code}, query="?day=2026-03-06"),
    Page("rooms_book", DAUGHTER, lambda w: {"code": w.small.centre.code}, query=lambda w: w.free_hour),
    Page("mine_rooms", DAUGHTER),
    Page("centre_room_bookings", CLERK),
    Page("centre_timetable_ask", CLERK),
    Page("centre_timetable", CLERK, lambda w: {"uuid": w.timetable.uuid}),
    Page("centre_run", CLERK, lambda w: {"code": w.roll_run.code}),
    Page("centre_run", CLERK, lambda w: {"code": w.draft_run.code}, label="centre_draft"),
    Page("centre_copy_all", CLERK),
    Page("centre_copy_all", CLERK, query="?first_day=2026-04-06", label="centre_copy_all_clashes"),
    Page("centre_batch", CLERK),
    Page("centre_drafts", CLERK),
    Page("centre_seats", CLERK, lambda w: {"code": w.roll_run.code}),
    Page("centre_seats", CLERK, lambda w: {"code": w.full_run.code}, label="centre_seats_line"),
    Page("centre_board", CLERK),
    Page("centre_board", CLERK, query="?by=teachers", label="centre_board_teachers"),
    Page("centre_room_board", CLERK),
    Page("centre_small", CLERK),
    Page("centre_merge", CLERK, lambda w: {"code": w.small_run.code}),
    Page("mine_merge", LEARNER, lambda w: {"ask_uuid": w.merge_ask.uuid}),
    Page("centre_cancel", CLERK, lambda w: {"code": w.roll_run.code}),
    Page("centre_session", CLERK, lambda w: {"session_id": w.roll_run.sessions.get(number=6).id}),
    Page("centre_session", CLERK, lambda w: {"session_id": w.dropped_session.id}, label="centre_session_make_up"),
    Page(
        "centre_session",
        CLERK,
        lambda w: {"session_id": w.roll_run.sessions.get(number=1).id},
        label="centre_session_over",
    ),
)

# Named URLs that answer with something other than a page to read: form targets, downloads, machine formats.
NOT_PAGES: dict[str, str] = {
    "draw_script": "script",
    "draw_file": "download",
    "draw_receipt_file": "download",
    "centre_draw_freeze": "form target",
    "centre_draw_value": "form target",
    "centre_draw_hold": "form target",
    "help_service_worker": "script",
    "help_manifest": "machine",
    "centre_confirm_link": "form target",
    "centre_publish": "form target",
    "centre_batch_template": "download",
    "centre_open_anyway": "form target",
    "centre_timetable_accept": "form target",
    "centre_room_answer": "form target",
    "centre_timetable_drop": "form target",
    "rush_hold": "form target",
    "rounds_invite": "form target",
    "rounds_answer": "form target",
    "rounds_leave": "form target",
    "rounds_open": "form target",
    "rounds_cancel": "form target",
    "rounds_decide_late": "form target",
    "rounds_kit_register": "machine",
    "rounds_kit_withdraw": "form target",
    "rounds_kit_sync": "machine",
    "enrol_confirm": "form target",
    "enrol_hardship": "needs a paid place",
    "centre_hardship_decide": "form target",
    "centre_hardship_paper": "download",
    "enrol_extend": "form target",
    "enrol_release": "form target",
    "enrol_undo": "form target",
    "enrol_calendar": "machine",
    "mine_offer_decline": "form target",
    "mine_waiting_leave": "form target",
    "centre_line_move": "form target",
    "centre_call": "form target",
    "pay_callback": "machine",
    "finance_difference": "form target",
    "finance_export": "download",
    "demand_answer": "form target",
    "demand_refund": "form target",
    "demand_bank_line": "form target",
    "payroll_workbook": "download",
    "payroll_csv": "download",
    "pay_counter": "form target",
    "pay_go": "needs an attempt just started; see tests/channels/test_pay_go.py",
    "pay_link": "form target",
    "mine_calendar": "machine",
    "mine_class_calendar": "machine",
    "mine_deposit": "form target",
    "mine_take_back": "form target",
    "mine_issue": "form target",
    "mine_certificate_pdf": "download",
    "mine_certificate_json": "machine",
    "verify_keys_file": "machine",
    "verify_receipt": "machine",
    "status_list": "machine",
    "authority_certificate_decide": "form target",
    "authority_certificate_suspend": "form target",
    "authority_certificate_lift": "form target",
    "authority_certificate_ask": "form target",
    "authority_export": "download",
    "authority_approve": "form target",
    "authority_give_back": "form target",
    "public_mode": "form target",
    "public_unit": "needs a unit with a file",
    "signin_code": "needs a code just sent",
    "signin_extend": "form target",
    "signin_profile": "needs a proven phone",
    "signin_out": "form target",
    "signin_enter": "needs a fresh link",
    "signin_totp": "form target",
    "signin_passkey": "form target",
    "signin_tokens": "form target",
    "signin_token_withdraw": "form target",
    "signin_leave_all": "form target",
    "family_self": "form target",
    "family_confirm": "needs a waiting link",
    "family_act": "form target",
    "family_cap": "form target",
    "family_consent": "form target",
    "family_end": "needs a link",
}
