"""Replayed, forged, reordered, altered: each order is paid once or not at all.

The default run sends every kind in one order of arrival; XUEQIAO_LONG=1 in all five. Then the storm itself is tried:
each planted bug must be seen. Prints how many kinds and messages, and `mutants caught n/n`.
"""

from __future__ import annotations

import inspect
import os
import sys
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, transaction

from tests.properties.callback_storm import Storm
from tests.properties.hostile_callbacks import ARRIVALS, Kind, all_kinds
from tests.worlds.small_county import small_county
from xueqiao.domains.payments.ports import payment_gateways

IS_LONG = os.environ.get("XUEQIAO_LONG") == "1"
pytestmark = pytest.mark.django_db


@pytest.fixture
def storm(monkeypatch):
    plugged = payment_gateways.use()
    monkeypatch.setattr(sys.modules["xueqiao.domains.payments.actions.take_callback"], "REFUSED_KEPT_PER_HOUR", 3)
    yield Storm(small_county())
    payment_gateways.plug(plugged)


def test_there_are_more_than_two_hundred_kinds_and_a_thousand_messages():
    kinds = all_kinds()
    assert len(kinds) >= 200
    hostile = sum(arrival.count("hostile") for arrival in ARRIVALS.values())
    assert len(kinds) * len(ARRIVALS) >= 1_000
    assert len(kinds) * hostile >= 1_000


def test_each_order_is_paid_once_or_not_at_all(storm, capsys):
    kinds = all_kinds()
    arrivals = list(ARRIVALS.values())
    wrong = []
    for number, kind in enumerate(kinds):
        for arrival in arrivals if IS_LONG else [arrivals[number % len(arrivals)]]:
            try:
                storm.run(kind, arrival)
            except AssertionError as failure:
                wrong.append(str(failure))
    assert wrong == [], "\n".join(wrong)
    storm.check_books()
    with capsys.disabled():
        print(f"\n{len(kinds)} kinds, {storm.number} orders, {storm.messages} messages: each paid once or not at all")


@dataclass(frozen=True)
class Mutant:
    """A planted bug: `old` becomes `new` in the source of a function. Tried with kinds named like `kinds`."""

    name: str
    module: str
    function: str
    old: str
    new: str
    kinds: tuple[str, ...]


SETTLE = "xueqiao.domains.payments.actions.settle_payment"
TAKE = "xueqiao.domains.payments.actions.take_callback"
V3 = "xueqiao.gateways.payments.wechat_v3"
ALIPAY = "xueqiao.gateways.payments.alipay"
MUTANTS = (
    Mutant(
        "no signature (WeChat)",
        V3,
        "require_signed",
        "except (InvalidSignature, ValueError)",
        "except ZeroDivisionError",
        (),
    ),
    Mutant(
        "any failed signature is fine (WeChat)",
        V3,
        "require_signed",
        "raise SignatureFailed from failure",
        "pass",
        ("stranger",),
    ),
    Mutant(
        "probe answered kindly", V3, "require_signed", "raise SignatureFailed\n    key", "return\n    key", ("probe",)
    ),
    Mutant("no age (WeChat)", V3, "require_signed", "raise MessageStale", "pass", ("ten minutes", "ahead")),
    Mutant(
        "age only backwards",
        V3,
        "require_signed",
        "abs(now.timestamp() - int(moment))",
        "(now.timestamp() - int(moment))",
        ("ahead",),
    ),
    Mutant(
        "any text is an amount",
        V3,
        "transaction_message",
        "if not isinstance(total, int) or isinstance(total, bool):",
        "total = int(total)\n    if False:",
        ("amount as",),
    ),
    Mutant(
        "seal not named",
        V3,
        "unseal",
        'if resource["algorithm"] != "AEAD_AES_256_GCM":',
        "if False:",
        ("algorithm none",),
    ),
    Mutant(
        "no merchant",
        SETTLE,
        "_judge",
        "if message.merchant != till.merchant:",
        "if False:",
        ("merchant", "seller", "app"),
    ),
    Mutant("no currency", SETTLE, "_judge", 'if message.currency != "CNY":', "if False:", ("currency",)),
    Mutant(
        "no amount",
        SETTLE,
        "_judge",
        "if message.amount_fen != payment.amount_fen or payment.amount_fen != payment.bill.to_pay_fen:",
        "if False:",
        ("amount 23999", "amount 239.99"),
    ),
    Mutant(
        "more is fine",
        SETTLE,
        "_judge",
        "message.amount_fen != payment.amount_fen or",
        "message.amount_fen < payment.amount_fen or",
        ("amount 24001", "amount 240.01"),
    ),
    Mutant(
        "no seen",
        SETTLE,
        "_judge",
        'if seen.exists() or payment.state in {"succeeded", "returned"}:',
        "if False:",
        ("honest",),
    ),
    Mutant(
        "only the message's number counts as seen",
        SETTLE,
        "_judge",
        ' or payment.state in {"succeeded", "returned"}',
        "",
        ("new message", "finish"),
    ),
    Mutant(
        "numbers of others count",
        SETTLE,
        "_judge",
        "if seen.exclude(bill_id=payment.bill_id).exists() or _is_anothers(message, payment):",
        "if False:",
        ("another order",),
    ),
    Mutant(
        "every word is success",
        SETTLE,
        "_judge",
        'if message.state != "SUCCESS" and message.state not in OVER:',
        "if False:",
        ("state 'NOTPAY'", "refund"),
    ),
    Mutant("a close is a payment", SETTLE, "_move", 'if message.state != "SUCCESS":', "if False:", ("CLOSED", "close")),
    Mutant(
        "always answered as received",
        TAKE,
        "_answer",
        "verdict in (*MOVING, REPEATED, NOTED)",
        "True",
        ("amount 23999",),
    ),
    Mutant(
        "no signature (Alipay)",
        ALIPAY,
        "require_signed",
        "raise SignatureFailed from failure",
        "pass",
        ("stranger", "changed"),
    ),
    Mutant(
        "the last of two values wins",
        ALIPAY,
        "AlipayGateway.read_callback",
        "len(said) != len(pairs) or ",
        "",
        ("twice",),
    ),
    Mutant(
        "any sign type",
        ALIPAY,
        "AlipayGateway.read_callback",
        ' or said.get("sign_type", "RSA2") != "RSA2"',
        "",
        ("sign type",),
    ),
    Mutant(
        "no app",
        ALIPAY,
        "AlipayGateway.read_callback",
        "f\"{said['app_id']}/{said['seller_id']}\"",
        "f\"{self._own.app_id}/{said['seller_id']}\"",
        ("another app",),
    ),
    Mutant("no age (Alipay)", ALIPAY, "AlipayGateway.read_callback", "raise MessageStale", "pass", ("days",)),
    Mutant("money went back is money not come", ALIPAY, "_state", "if is_refund:", "if False:", ("refund",)),
)


def plant(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the function by its text with one piece changed; the piece must be there exactly once."""
    module = sys.modules[mutant.module]
    owner: object = module
    *path, name = mutant.function.split(".")
    for part in path:
        owner = getattr(owner, part)
    source = inspect.getsource(getattr(owner, name))
    assert source.count(mutant.old) == 1, (mutant.name, source.count(mutant.old))
    scope = dict(vars(module))
    exec(compile("if True:\n" + _indented(source.replace(mutant.old, mutant.new)), mutant.module, "exec"), scope)
    monkeypatch.setattr(owner, name, scope[name])


def _indented(source: str) -> str:
    return source if source.startswith((" ", "\t")) else "".join(f"    {line}" for line in source.splitlines(True))


def _is_seen(storm: Storm, kinds: list[Kind]) -> bool:
    """True when the storm complains about one of the kinds in one of the arrivals."""
    for kind in kinds:
        for arrival in ARRIVALS.values():
            try:
                with transaction.atomic():
                    storm.run(kind, arrival)
            except (AssertionError, DatabaseError, TypeError, ValueError):
                return True
            except Exception as failure:
                if type(failure).__name__ in {"InvalidSignature", "KeyReused", "SameAccount"}:
                    return True
                raise
    return False


def test_the_storm_sees_each_planted_bug(storm, capsys):
    caught, missed = 0, []
    for mutant in MUTANTS:
        kinds = [k for k in all_kinds() if any(word in k.name for word in mutant.kinds)] if mutant.kinds else []
        kinds = kinds or [k for k in all_kinds() if "stranger" in k.name]
        assert kinds, mutant.name
        assert not _is_seen(storm, kinds[:1]), f"{mutant.name}: red before the bug is planted"
        with pytest.MonkeyPatch.context() as patch:
            plant(mutant, patch)
            seen = _is_seen(storm, kinds)
        caught += seen
        if not seen:
            missed.append(mutant.name)
    with capsys.disabled():
        print(f"\nmutants caught {caught}/{len(MUTANTS)}")
    assert missed == [], missed
