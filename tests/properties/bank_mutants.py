"""Bugs to plant under the bank's machine, and for each a short walk that meets it.

A bug is one function of the product with one piece of its text replaced. The walks were found by chance and shrunk by
the search in test_bank_mutants.py, which prints what it finds.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType

DOMAINS = "xueqiao.domains."


@dataclass(frozen=True)
class Mutant:
    """name: what the bug does; module: below domains; old, new: the text of one of its functions."""

    name: str
    module: str
    old: str
    new: str


NEWEST = "rules = rule_set_of(type(row.rule_version).objects.filter(code=row.rule_version.code).latest('id'))"
MUTANTS = [
    Mutant(
        "what a withdrawal frees is spent",
        "credits.actions.conversions.release_conversion",
        "ledger.void_held(",
        "ledger.post_held(",
    ),
    Mutant(
        "pressed twice, deposited twice",
        "credits.actions.accounts.deposit_credit",
        'if proposal.state == "deposited":',
        "if False:",
    ),
    Mutant(
        "decided by the newest rules",
        "credits.actions.claims.judge_claim",
        "rules = rule_set_of(row.rule_version)",
        NEWEST,
    ),
    Mutant(
        "a hundredth is lost in reserving",
        "credits.rules.postings",
        "used_account(conversion_uuid), amount)]",
        "used_account(conversion_uuid), amount - 1)]",
    ),
    Mutant(
        "deposited again under the old key",
        "credits.actions.accounts.deposit_credit",
        "proposal.deposit_count += 1",
        "proposal.deposit_count += 0",
    ),
    Mutant(
        "credit in use is taken back",
        "credits.actions.accounts.take_back_deposit",
        "if proposal.uses.filter(in_force=True).exists():",
        "if False:",
    ),
    Mutant(
        "taken back with the wrong sign",
        "credits.rules.postings",
        "[(destination, source, amount) for",
        "[(source, destination, amount) for",
    ),
    Mutant(
        "taken back after the ten minutes",
        "credits.actions.accounts.take_back_deposit",
        "access_undoable_steps(actor=actor, now=now, limit=50)",
        "access_undoable_steps(actor=actor, now=found.decided_at, limit=50)",
    ),
    Mutant(
        "one voice against is one for",
        "credits.rules.claims",
        "return sum(opinions) * 2 > len(opinions)",
        "return sum(opinions) * 2 < len(opinions)",
    ),
    Mutant(
        "decided twice", "credits.actions.claims.judge_claim", "if row.state not in (ACCEPTED, APPEALED):", "if False:"
    ),
    Mutant(
        "recognised without posting",
        "credits.actions.claims.judge_claim",
        "if added.amount_hundredths == 0:",
        "if added.amount_hundredths >= 0:",
    ),
    Mutant(
        "earlier conversions fill no cap",
        "credits.actions.conversions.reserve_conversion",
        "settled=settled_in(person_id, rules.code, programme)",
        "settled=()",
    ),
    Mutant(
        "another wish under the same number",
        "credits.actions.conversions.reserve_conversion",
        "if asked != (",
        "if not asked != (",
    ),
    Mutant(
        "confirmed and not posted",
        "credits.actions.conversions.confirm_conversion",
        "_post(row, now)\n        row.state",
        "row.state",
    ),
    Mutant(
        "what nobody answered stays reserved",
        "credits.actions.conversions.expire_conversions",
        "expires_at__lte=now",
        "expires_at__gte=now",
    ),
    Mutant(
        "withdrawn after it was confirmed",
        "credits.actions.conversions.withdraw_conversion",
        "if not is_new_step(row.state, WITHDRAWN):",
        "if row.state == WITHDRAWN:",
    ),
    Mutant(
        "refused after it was confirmed",
        "credits.actions.conversions.refuse_conversion",
        "if not is_new_step(row.state, REFUSED):",
        "if row.state == REFUSED:",
    ),
    Mutant(
        "the ledger's sweep stops the bank's",
        "credits.actions.conversions.release_conversion",
        "with suppress(ledger.AlreadyResolved):",
        "with suppress():",
    ),
    Mutant(
        "reversed before it was confirmed",
        "credits.actions.conversions.reverse_conversion",
        "if not is_new_step(row.state, REVERSED):",
        "if row.state == REVERSED:",
    ),
    Mutant(
        "reversed and nothing comes back",
        "credits.actions.conversions.reverse_conversion",
        "_move_back(row, now)\n        row.state",
        "row.state",
    ),
    Mutant(
        "half comes back",
        "credits.rules.postings",
        "[(destination, source, amount) for",
        "[(destination, source, (amount + 1) // 2) for",
    ),
    Mutant(
        "the rules before stay in force one day more",
        "credits.rules.ruledays",
        "and starts_on <= on",
        "and starts_on < on",
    ),
    Mutant("a deficit is not filled by what is new", "credits.rules.conversions", "min(amount, max(0, deficit))", "0"),
    Mutant(
        "a deficit is not filled by what comes back",
        "credits.rules.postings",
        "min(available, deficit))]",
        "0)]",
    ),
    Mutant(
        "confirmed although it was revoked",
        "credits.actions.conversions.confirm_conversion",
        "if revoked_uses(row):",
        "if False:",
    ),
    Mutant("revoked again", "credits.actions.claims.revoke_recognition", "if row.state == DONE:", "if False:"),
    Mutant(
        "claims turned the wrong way",
        "credits.rules.clearing",
        "(claim_account(receiver_id, giver), claim_account(giver, receiver_id), amount)",
        "(claim_account(giver, receiver_id), claim_account(receiver_id, giver), amount)",
    ),
    Mutant(
        "a reversal is claimed again",
        "credits.actions.conversions.book_claims",
        "reverse_key(conversion_uuid) if is_reversal",
        "book_key(conversion_uuid) if is_reversal",
    ),
    Mutant(
        "confirmed after its days",
        "credits.rules.conversions",
        "if expires_at <= now:",
        "if expires_at > now:",
    ),
    Mutant(
        "revoked, and the issuer gets a hundredth less",
        "credits.rules.postings",
        "[(source, issuer, part) for",
        "[(source, issuer, part - 1) for",
    ),
    Mutant(
        "ends before its day",
        "credits.queries.corrections",
        'filter(state="announced", due_on__lte=on)',
        'filter(state="announced", due_on__gte=on)',
    ),
    Mutant(
        "announced too late to use it",
        "credits.rules.conversions",
        "today + timedelta(days=notice_days))",
        "today)",
    ),
    Mutant(
        "announced at once",
        "credits.rules.conversions",
        "if last_day is None or last_day + timedelta(days=1) - timedelta(days=notice_days) > today:",
        "if last_day is None:",
    ),
    Mutant(
        "more ends than is there",
        "credits.rules.postings",
        "min(amount, available))]",
        "amount)]",
    ),
    Mutant(
        "ended and still there",
        "credits.actions.accounts.expire_credits",
        "    if lines:",
        "    if not lines:",
    ),
    Mutant(
        "restored although it was revoked",
        "credits.actions.accounts.restore_expired_credit",
        "if row.amount_hundredths and is_free(row.claim_id):",
        "if row.amount_hundredths:",
    ),
    Mutant(
        "restored past an open deficit",
        "credits.actions.accounts.restore_expired_credit",
        "arriving(about.unit, EXPIRED_ACCOUNT, about.person_id, row.amount_hundredths)",
        '[ledger.Posting(EXPIRED_ACCOUNT, f"person:{about.person_id}:available", row.amount_hundredths)]',
    ),
    Mutant(
        "revoked from the account although it had ended",
        "credits.actions.claims.revoke_recognition",
        "expired=expiry.amount_hundredths if row.claim_id and expiry else 0",
        "expired=0",
    ),
    Mutant(
        "a payer's fen is forgotten",
        "payments.rules.quotes",
        "Share(LEARNER, learner),",
        "Share(LEARNER, learner - 1),",
    ),
    Mutant(
        "a refund is noted a fen short",
        "payments.actions._shares",
        "bill.refunded_fen += learner_fen",
        "bill.refunded_fen += learner_fen - 1",
    ),
    Mutant(
        "a message told twice pays twice",
        "payments.actions.settle_payment",
        'if seen.exists() or payment.state in {"succeeded", "returned"}:',
        "if False:",
    ),
]

# name of the mutant -> steps
WALKS = {
    "what a withdrawal frees is spent": "decide:110 reserve:533 answer:750",
    "pressed twice, deposited twice": "deposit:177 deposit:880",
    "decided by the newest rules": "change_the_rules:791 decide:818",
    "a hundredth is lost in reserving": "decide:716 reserve:857",
    "deposited again under the old key": "take_back:352",
    "credit in use is taken back": "deposit:491 convert:445 take_back:596",
    "taken back with the wrong sign": "take_back:352",
    "taken back after the ten minutes": "deposit:416 take_back:500",
    "one voice against is one for": "learn:672",
    "decided twice": "decide:945 decide:716",
    "recognised without posting": "learn:672",
    "earlier conversions fill no cap": "fill_a_programme:851",
    "another wish under the same number": "decide:716 reserve:537 ask_again:869",
    "confirmed and not posted": "decide:716 reserve:857 answer:722",
    "what nobody answered stays reserved": "decide:110 reserve:533 sweep:402",
    "withdrawn after it was confirmed": "lose_what_was_spent_and_learn_again:819 answer:437",
    "refused after it was confirmed": "decide:716 reserve:857 answer:722 answer:220",
    "the ledger's sweep stops the bank's": "fill_a_programme:241 wait:202 wait:625 sweep_ledger:269 sweep:159",
    "reversed before it was confirmed": "decide:110 reserve:533 answer:480",
    "reversed and nothing comes back": "decide:110 reserve:533 answer:174 answer:12",
    "half comes back": "decide:379 decide:501 reserve:662 answer:174 answer:12",
    "the rules before stay in force one day more": "change_the_rules:1 learn:672",
    "a deficit is not filled by what is new": "lose_what_was_spent_and_learn_again:90",
    "a deficit is not filled by what comes back": "lose_what_was_spent_and_learn_again:116 answer:402",
    "confirmed although it was revoked": "decide:433 reserve:704 ask_to_revoke:131 answer:139",
    "revoked again": "lose_what_was_spent_and_learn_again:789 revoke:414",
    "claims turned the wrong way": "decide:716 reserve:857 answer:722",
    "a reversal is claimed again": "decide:379 decide:501 reserve:662 answer:174 answer:12",
    "confirmed after its days": "decide:716 reserve:857 answer:722",
    "revoked, and the issuer gets a hundredth less": "lose_what_was_spent_and_learn_again:789",
    "ends before its day": "fill_a_programme:37 announce:386 let_end:270",
    "announced too late to use it": "fill_a_programme:601 wait:175 an_end_and_after:820",
    "announced at once": "decide:945 announce:39",
    "more ends than is there": "lose_what_was_spent_and_learn_again:390 learn_before_the_rules_change:571"
    " an_end_and_after:311",
    "ended and still there": "fill_a_programme:733 announce:756 let_end:892",
    "restored although it was revoked": "decide:85 decide:533 an_end_and_after:284",
    "restored past an open deficit": "decide:869 decide:746 announce:461 ask_to_revoke:101 let_end:337 reserve:639"
    " revoke:494 restore:553",
    "revoked from the account although it had ended": "decide:85 decide:533 an_end_and_after:284",
    "a payer's fen is forgotten": "order:865",
    "a refund is noted a fen short": "order:0",
    "a message told twice pays twice": "order:865",
}


@contextlib.contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The bug is in the product inside the block and gone after it."""
    module = import_module(DOMAINS + mutant.module)
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.name}: its place in {mutant.module} has changed"
    was, becomes = _functions(text), _functions(text.replace(mutant.old, mutant.new))
    (name,) = (each for each in was if ast.dump(was[each]) != ast.dump(becomes[each]))
    flags = __future__.annotations.compiler_flag
    changed = becomes[name]
    changed.decorator_list = []
    scope = dict(vars(module))
    exec(compile(ast.Module([changed], []), str(module.__file__), "exec", flags=flags), scope)
    function = getattr(module, name)
    assert isinstance(function, FunctionType)
    real = function.__code__
    function.__code__ = scope[name].__code__
    try:
        yield
    finally:
        function.__code__ = real


def _functions(text: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
