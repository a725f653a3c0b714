"""The bank's machine can fail: each bug planted here is caught by it. They are counted at the end of the run.

A bug is one function of the product with one piece of its text replaced, in place as long as the block runs. Where a
constraint of the tables stops the bug, that counts: it is the last wall. The default plants the first few;
XUEQIAO_BANK_STEPS plants all.
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

from django.db import DatabaseError

from tests.properties.bank_machine import BankMachine
from tests.properties.driving import drive
from tests.properties.test_bank_machine import ASKED, ground  # noqa: F401 - the fixture
from xueqiao.foundation.ledger.api import LedgerRefused

CREDITS = "xueqiao.domains.credits."
PLANTED_BY_DEFAULT = 4


@dataclass(frozen=True)
class Mutant:
    """name: what the bug does; module: below credits; old, new: the text of one of its functions."""

    name: str
    module: str
    old: str
    new: str


NEWEST = "rules = rule_set_of(type(row.rule_version).objects.filter(code=row.rule_version.code).latest('id'))"
RESERVED_ONLY = "if row.state != RESERVED:"
MUTANTS = [
    Mutant(
        "what a withdrawal frees is spent",
        "actions.conversions.release_conversion",
        "ledger.void_held(",
        "ledger.post_held(",
    ),
    Mutant(
        "pressed twice, deposited twice",
        "actions.accounts.deposit_credit",
        'if proposal.state == "deposited":',
        "if False:",
    ),
    Mutant(
        "decided by the newest rules", "actions.claims.judge_claim", "rules = rule_set_of(row.rule_version)", NEWEST
    ),
    Mutant(
        "a hundredth is lost in reserving",
        "actions.conversions.reserve_conversion",
        "used_account(row.uuid), amount)",
        "used_account(row.uuid), amount - 1)",
    ),
    Mutant(
        "deposited again under the old key",
        "actions.accounts.deposit_credit",
        "proposal.deposit_count += 1",
        "proposal.deposit_count += 0",
    ),
    Mutant(
        "credit in use is taken back",
        "actions.accounts.take_back_deposit",
        "if proposal.uses.filter(in_force=True).exists():",
        "if False:",
    ),
    Mutant(
        "taken back with the wrong sign",
        "actions.accounts.take_back_deposit",
        "opposite(proposal.transfer_id)",
        "ledger.get_transfer(proposal.transfer_id).postings",
    ),
    Mutant(
        "taken back after the ten minutes",
        "actions.accounts.take_back_deposit",
        "access_undoable_steps(actor=actor, now=now, limit=50)",
        "access_undoable_steps(actor=actor, now=found.decided_at, limit=50)",
    ),
    Mutant(
        "one voice against is one for",
        "rules.claims",
        "return sum(opinions) * 2 > len(opinions)",
        "return sum(opinions) * 2 < len(opinions)",
    ),
    Mutant("decided twice", "actions.claims.judge_claim", "if row.state not in (ACCEPTED, APPEALED):", "if False:"),
    Mutant(
        "recognised without posting",
        "actions.claims.judge_claim",
        "if added.amount_hundredths == 0:",
        "if added.amount_hundredths >= 0:",
    ),
    Mutant(
        "earlier conversions fill no cap",
        "actions.conversions.reserve_conversion",
        "settled=settled_in(person_id, rules.code, programme)",
        "settled=()",
    ),
    Mutant(
        "another wish under the same number",
        "actions.conversions.reserve_conversion",
        "if asked != (",
        "if not asked != (",
    ),
    Mutant(
        "confirmed and not posted",
        "actions.conversions.confirm_conversion",
        "_post(row, now)\n        row.state",
        "row.state",
    ),
    Mutant(
        "what nobody answered stays reserved",
        "actions.conversions.expire_conversions",
        "expires_at__lte=now",
        "expires_at__gte=now",
    ),
    Mutant("withdrawn after it was confirmed", "actions.conversions.withdraw_conversion", RESERVED_ONLY, "if False:"),
    Mutant("refused after it was confirmed", "actions.conversions.refuse_conversion", RESERVED_ONLY, "if False:"),
    Mutant(
        "the ledger's sweep stops the bank's",
        "actions.conversions.release_conversion",
        "with suppress(ledger.AlreadyResolved):",
        "with suppress():",
    ),
    Mutant(
        "reversed before it was confirmed",
        "actions.conversions.reverse_conversion",
        "if row.state != CONVERTED:",
        "if False:",
    ),
    Mutant(
        "reversed and nothing comes back",
        "actions.conversions.reverse_conversion",
        "_move_back(row, now)\n        row.state",
        "row.state",
    ),
    Mutant(
        "reversed and half comes back",
        "queries.balances",
        "each.destination, each.source, each.amount)",
        "each.destination, each.source, (each.amount + 1) // 2)",
    ),
    Mutant(
        "the rules before stay in force one day more",
        "rules.ruledays",
        "and starts_on <= on",
        "and starts_on < on",
    ),
    Mutant("a deficit is not filled by what is new", "rules.conversions", "min(amount, max(0, deficit))", "0"),
    Mutant(
        "a deficit is not filled by what comes back",
        "actions.accounts.fill_deficit",
        "if amount > 0:",
        "if amount < 0:",
    ),
    Mutant(
        "confirmed although it was revoked",
        "actions.conversions.confirm_conversion",
        "if revoked_uses(row):",
        "if False:",
    ),
    Mutant("revoked again", "actions.claims.revoke_recognition", "if row.state == DONE:", "if False:"),
    Mutant(
        "claims turned the wrong way",
        "rules.clearing",
        "(destination, source, amount) for",
        "(source, destination, amount) for",
    ),
    Mutant(
        "a reversal is claimed again",
        "actions.conversions.book_claims",
        "reverse_key(conversion_uuid) if is_reversal",
        "book_key(conversion_uuid) if is_reversal",
    ),
]


@contextlib.contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The bug is in the product inside the block and gone after it."""
    module = import_module(CREDITS + mutant.module)
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


def test_every_planted_bug_still_has_its_place_in_the_product():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
    for mutant in MUTANTS:
        with planted(mutant):
            pass


def test_every_planted_bug_is_caught_by_the_machine(ground, mutants, capsys):  # noqa: F811
    for mutant in MUTANTS if ASKED else MUTANTS[:PLANTED_BY_DEFAULT]:
        with planted(mutant):
            failure = drive(BankMachine, examples=40, steps=20)
        caught = isinstance(failure, (AssertionError, DatabaseError, LedgerRefused))
        mutants.tell("bank", mutant.name, caught=caught)
        if ASKED:
            with capsys.disabled():
                told = str(failure).splitlines()[:1]
                print(f"{mutant.name}: {type(failure).__name__ if caught else 'NOT CAUGHT'} {told}", flush=True)
