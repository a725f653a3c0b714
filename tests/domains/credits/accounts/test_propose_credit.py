from datetime import date

import pytest

from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed, completion_of
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import CreditAccount, CreditProposal
from xueqiao.domains.learning.models import Completion
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import NotFound

pytestmark = pytest.mark.django_db


def test_twelve_hours_give_half_a_credit_and_keep_four_hours_with_the_rule_in_words() -> None:
    done = completed()
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    assert (view.amount_hundredths, view.remainder_minutes, view.state) == (50, 240, "proposed")
    assert view.rule_text.startswith("出勤 8/8 次，满足《社区教育学分认定规则（默认稿）》第 3 条。实到 12 学时")
    assert all(not source.is_confirmed and "未经" in source.source for source in view.rule_sources)
    assert len(view.rule_sources) == 4


@pytest.mark.parametrize(("hours", "amount", "kept"), [(40, 250, 0), (44, 250, 240), (7, 0, 420)])
def test_the_vectors_of_the_rule(hours: int, amount: int, kept: int) -> None:
    done = completed(session_count=1)
    completion = completion_of(done, hours * 60)
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=completion.pk, now=done.now)
    assert (view.amount_hundredths, view.remainder_minutes) == (amount, kept)


def test_proposing_twice_is_one_proposal() -> None:
    done = completed(session_count=1)
    views = [credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now) for _ in range(2)]
    assert views[0] == views[1]
    assert CreditProposal.objects.within(EVERYTHING).count() == 1
    assert CreditAccount.objects.within(EVERYTHING).count() == 1
    assert OutboxEvent.objects.filter(name="credits.CreditProposed").count() == 1


def test_kept_hours_are_carried_into_the_next_class() -> None:
    first = completed(session_count=1)
    completion_of(first, 12 * 60)
    credit_bank.propose_credit(actor=SYSTEM, completion_id=first.completion.pk, now=first.now)
    run = first.room.run
    second_run = type(run).objects.get(pk=run.pk)
    second_run.pk, second_run.code = None, "R999999"
    second_run._state.adding = True
    second_run.uuid = "019ab000-0000-7000-8000-000000000001"
    second_run.save()
    second = Completion.objects.create(
        run=second_run,
        person=first.person,
        region=run.region,
        completed_at=first.now,
        sessions_attended=1,
        sessions_held=1,
        minutes_attended=4 * 60,
        rule=first.completion.rule,
    )
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=second.pk, now=first.now)
    assert (view.amount_hundredths, view.remainder_minutes) == (50, 0)
    assert "加上次留存 4 学时" in view.rule_text


def test_the_parameter_of_the_place_decides_and_its_source_is_quoted() -> None:
    done = completed()
    Parameter.objects.create(
        name="credits.minutes_per_credit",
        region=done.room.run.region,
        value=720,
        valid_from=date(2026, 1, 1),
        source="射阳县学分银行实施细则第 7 条",
        approved_by="陈明",
        recorded_at=done.now,
    )
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    assert (view.amount_hundredths, view.remainder_minutes) == (100, 0)
    quoted = next(source for source in view.rule_sources if source.name == "credits.minutes_per_credit")
    assert (quoted.source, quoted.is_confirmed) == ("射阳县学分银行实施细则第 7 条", True)


def test_a_completion_finds_its_credit_waiting(deliver_due) -> None:  # type: ignore[no-untyped-def]
    done = completed(2, session_count=1)
    deliver_due(done.now)
    assert CreditProposal.objects.within(EVERYTHING).count() == 2


def test_a_completion_out_of_the_actors_scope_is_not_found() -> None:
    done = completed(session_count=1)
    with pytest.raises(NotFound):
        credit_bank.propose_credit(actor=acting(done.room.world.rider), completion_id=done.completion.pk, now=done.now)
    assert not CreditProposal.objects.within(EVERYTHING).exists()
