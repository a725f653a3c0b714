"""What one more outcome adds to all that was recognised before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.rules.explaining import why_not
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet


@dataclass(frozen=True)
class Added:
    """What one more outcome adds. is_fit: a conversion takes it, even where rounding leaves nothing yet."""

    amount_hundredths: int
    is_fit: bool
    why: str
    sentences: tuple[str, ...]
    agreement: str = ""  # the name of the agreement that the conversion it counts by builds on


def added_by(
    rules: RuleSet,
    programme: str,
    before: Sequence[OutcomeFacts],
    mine: OutcomeFacts,
    *,
    on: date,
    closed: frozenset[str] = frozenset(),
) -> Added:
    """Return the difference one outcome makes, so that caps, duplicates and kept hours are looked at as a whole."""
    without = evaluate(rules, programme, before, on=on, closed_agreements=closed)
    told = evaluate(rules, programme, [*before, mine], on=on, closed_agreements=closed)
    judged = next(each for each in told.judged if each.outcome.key == mine.key)
    amount = max(0, told.amount_hundredths - without.amount_hundredths)
    position = [each.outcome.key for each in told.judged].index(mine.key)
    said = (told.sentences[1 + position], *(each for each in told.sentences[1 + len(told.judged) :]))
    why = judged.why or (why_not(mine.type, told.tried[mine.key]) if not judged.options else "")
    use = next((each for each in told.uses if each.key == mine.key), None)
    agreement = rules.conversions[use.option.conversion].agreement if use else ""
    return Added(amount, bool(judged.options), why, said, agreement)
