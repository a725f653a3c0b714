"""The rows of tests/permission_matrix.py for enterprises: their members on their own pages, the desk on the others."""

from __future__ import annotations

from tests.permission_rows import APPROVE, FIGURES, FIRM, FIRM_DESK, FIRM_OWN, ORDER_FORM, Row, of, only, signed_in

FIRM_ROWS: dict[str, dict[str, Row]] = {
    "enterprise_home": {"GET": signed_in(), "POST": signed_in()},
    "enterprise_one": {"GET": of("enterprise", **FIRM), "POST": of("enterprise", ORDER_FORM, **FIRM_OWN)},
    "enterprise_order": {
        "GET": of("order", **FIRM),
        "POST": of("order", {"step": "withdraw"}, **FIRM_OWN),
    },
    "enterprise_learners": {
        "GET": of("order", **FIRM_OWN),
        "POST": of("order", {"step": "check", "pasted": "王芳 13900000001"}, **FIRM_OWN),
    },
    "enterprise_learners_template": {"GET": signed_in()},
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
    **{
        f"api:{name}": {
            "GET": of("order", **FIRM_OWN),
            "POST": of("order", {"dry_run": "1"}, **FIRM_OWN),
        }
        for name in ("named_learners", "name_learners")
    },
    "api:name_learners_by_file": {"POST": of("order", **FIRM_OWN)},
    "api:unname_learner": {"DELETE": of("named_learner", **FIRM_OWN)},
}
