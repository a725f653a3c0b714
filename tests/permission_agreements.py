"""Rows of tests/permission_matrix.py for agreements between institutions, what is done under them, and points."""

from __future__ import annotations

from tests.permission_rows import APPROVE, FIGURES, Row, of, only, signed_in

AGREEMENTS: dict[str, dict[str, Row]] = {
    # -- agreements: one whose parties sit in 合德镇 (own; the clerk's centre is its giver), the county, 临海镇, 吴江区.
    #    Terms are read by both parties' people and changed by officers of the receiver; trainees are handed in by the
    #    giver's own people only.
    "agreements": {"GET": only("clerk county_officer province_officer")},
    "agreement_one": {"GET": of("agreement", **FIGURES)},
    "agreement_sign": {"GET": only("county_officer province_officer"), "POST": only("county_officer province_officer")},
    "agreement_step": {"POST": of("agreement", {"step": "suspend"}, **APPROVE)},
    "agreement_check": {"POST": of("agreement", {"found": "sound"}, **APPROVE)},
    "agreement_trainees": {
        "GET": of("agreement", own="clerk"),
        "POST": of("agreement", {"step": "check"}, own="clerk"),
    },
    "agreement_template": {"GET": signed_in()},
    "clearing": {"GET": only("clerk county_officer province_officer")},
    "clearing_csv": {"GET": only("clerk county_officer province_officer")},
    "api:deposit_outcomes": {"POST": signed_in()},
    # -- points and volunteer time: one's own, and the desk of the unit
    "points_mine": {"GET": signed_in(), "POST": signed_in()},
    "points_rewards": {
        "GET": only("clerk county_officer province_officer"),
        "POST": only("clerk county_officer province_officer"),
    },
    "points_counter": {
        "GET": only("clerk county_officer province_officer"),
        "POST": only("clerk county_officer province_officer"),
    },
    "points_hours": {
        "GET": only("clerk county_officer province_officer"),
        "POST": only("clerk county_officer province_officer"),
    },
    "api:my_points": {"GET": signed_in()},
}
