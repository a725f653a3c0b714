"""Bad input of every kind is refused in words that say what to do, and no table is another than before."""

import re

import pytest
from django.db import connection

from tests.domains.credits.bad_input import ROWS, Ground, Row
from tests.domains.credits.trainees import a_line, states, why
from xueqiao.domains.credits.errors.rulesets import RuleFileWrong
from xueqiao.foundation.reasons import Refused

pytestmark = pytest.mark.django_db
KINDS = {
    "forged issuer",
    "replayed evidence",
    "same work, two names",
    "agreement out of date",
    "circular conversion",
    "overflow",
    "negative",
    "unit mismatch",
    "rule file",
}
TABLES = "^(credits|ledger|outbox|audit|undo|learning|people|institutions|procrastinate_jobs)"


def snapshot(but: str = "^$") -> dict[str, str]:
    """Every table anybody writes to here, as a hash of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition AND relname ~ %s AND relname !~ %s ORDER BY 1",
            [TABLES, but],
        )
        names = [name for (name,) in cursor.fetchall()]
        statement = " UNION ALL ".join(
            f"SELECT '{name}', md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \"{name}\" t" for name in names
        )
        cursor.execute(statement)
        return dict(cursor.fetchall())


def test_every_kind_of_the_list_has_its_rows() -> None:
    assert {row.kind for row in ROWS} == KINDS


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.kind}: {row.tried}" for row in ROWS])
def test_it_is_refused_with_what_to_do_and_nothing_is_half_posted(row: Row) -> None:
    ground = Ground()
    before = snapshot()
    with pytest.raises(Refused) as refusal:
        row.deed(ground)
    told = refusal.value
    assert told.code == row.code
    for words in row.words:
        assert words in told.message
    assert re.search(r"请|先|写成", told.message), "it says what to do"
    assert re.search(r"没有|不能|办不了|有误", told.message), "it says what did not happen"
    if isinstance(told, RuleFileWrong):
        assert all(problem.field and problem.cure for problem in told.problems)
        assert re.search(r"第 \d+ 行", told.message)
    assert snapshot() == before


def test_the_copy_of_the_tables_sees_a_single_changed_cell() -> None:
    ground = Ground()
    before = snapshot()
    ground.claim()
    changed = {name for name, value in snapshot().items() if value != before[name]}
    assert {"credits_claim", "credits_evidence", "credits_outcome", "outbox_outboxevent", "audit_auditentry"} <= changed


def test_a_line_of_a_list_that_replays_an_anothers_number_is_left_out_and_posts_nothing() -> None:
    """A list is not refused for one line: the line is told why, and only that the list was handed in is written."""
    ground = Ground()
    before = snapshot(but="^audit_")
    told = ground.hand_in(a_line(ground.other_trainee, number="ZS-1"))
    assert (states(told), why(told)) == (["wrong"], "number_used_for_another")
    assert snapshot(but="^audit_") == before


def test_a_suspended_agreement_takes_nothing_new() -> None:
    ground = Ground()
    ground.suspended()
    before = snapshot()
    with pytest.raises(Refused) as refusal:
        ground.hand_in(a_line(ground.other_trainee))
    assert refusal.value.code == "agreement_suspended"
    assert "恢复后再办" in refusal.value.message
    assert snapshot() == before
