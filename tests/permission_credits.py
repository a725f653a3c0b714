"""Rows of tests/permission_matrix.py about claims and conversions of credit."""

from __future__ import annotations

from tests.permission_rows import APPROVE, DECIDE, DESK, MINE, Row, everybody, of, only, signed_in

CREDIT_ROWS: dict[str, dict[str, Row]] = {
    "authority_credits": {"GET": only("county_officer province_officer")},
    "authority_credit_ask": {"POST": of("recognition", {"reason": "fraud", "words": "证书是假的"}, **APPROVE)},
    "authority_credit_decide": {"POST": of("recognition_revocation", {"decision": "keep"}, **APPROVE)},
    "authority_credit_restore": {"POST": of("expiry", {"words": "证书已经续期"}, **APPROVE)},
    "mine_conversions": {"GET": signed_in()},
    "mine_convert": {"GET": signed_in(), "POST": signed_in()},
    "mine_conversion": {"GET": of("conversion", **DESK)},
    "mine_conversion_withdraw": {"POST": of("conversion", **MINE)},
    "centre_conversions": {"GET": only("clerk county_officer province_officer")},
    "centre_conversion_confirm": {"POST": of("conversion", **DECIDE)},
    "centre_conversion_refuse": {"POST": of("conversion", **DECIDE)},
    "centre_conversion_reverse": {"POST": of("conversion", **DECIDE)},
    "mine_claims": {"GET": signed_in()},
    "mine_claim": {"GET": signed_in(), "POST": signed_in()},
    "mine_claim_appeal": {"POST": of("claim", {"words": "证书可以查询"}, **MINE)},
    "centre_claims": {"GET": only("clerk county_officer province_officer")},
    "centre_claim_accept": {"POST": of("claim", {"method": "issuer_query"}, **DECIDE)},
    "centre_claim_judge": {"POST": of("claim", {"voice": "for"}, **DECIDE)},
    "centre_claim_paper": {"GET": of("claim_paper", **DESK)},
    "api:bank_figures": {"GET": everybody()},
    "api:my_conversions": {"GET": signed_in(), "POST": signed_in()},
    "api:my_conversion_plan": {"GET": signed_in()},
    "api:withdraw_conversion": {"POST": of("conversion", **MINE)},
}
