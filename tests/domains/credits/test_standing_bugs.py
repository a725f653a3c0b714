"""Planted bugs in the rule of two and in the published lists: each turns a test of theirs red."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import ModuleType

import pytest
from django.db import connection, transaction

from tests.domains.credits.certificates import test_publish_status_list as lists
from tests.domains.credits.certificates import test_revoke_certificate as revoking
from tests.mutants import Mutants
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import StatusChange
from xueqiao.domains.credits.queries import standing

pytestmark = pytest.mark.django_db
ACTIONS = "xueqiao.domains.credits.actions.certificates"
REVOKE, PUBLISH = sys.modules[f"{ACTIONS}.revoke_certificate"], sys.modules[f"{ACTIONS}.publish_status_list"]


def is_noticed(*claims: Callable[[], None]) -> bool:
    """True when one of the tests fails; what they wrote is rolled back."""
    for claim in claims:
        point = transaction.savepoint()
        try:
            claim()
        except (Exception, pytest.fail.Exception):
            return True
        finally:
            transaction.savepoint_rollback(point)
    return False


def planted(patch: pytest.MonkeyPatch, module: ModuleType, text: str, becomes: str) -> None:
    """Let the module's functions be those of its source in which `text` reads `becomes`, until the patch ends."""
    source = inspect.getsource(module)
    assert text in source, f"the bug has no place: {text}"
    copy: dict[str, object] = {"__name__": module.__name__}
    exec(compile(source.replace(text, becomes), module.__file__ or "", "exec"), copy)
    for name, value in copy.items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            patch.setitem(copy, name, value)
            patch.setattr(module, name, value)
            if hasattr(credit_bank, name):
                patch.setattr(credit_bank, name, value)


TWO = (
    revoking.test_another_officer_revokes_and_everybody_reads_it_at_once,
    revoking.test_who_asked_does_not_decide_and_the_table_says_so_too,
    revoking.test_nobody_else_revokes_and_it_stays_valid,
)


def test_planted_bugs_in_the_rule_of_two_are_noticed(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_noticed(*TWO)
    for name, text, becomes in (
        ("who asked decides", "change.asked_by_id == actor.person_id", "False"),
        ("it is decided twice", 'change.state != "asked"', "False"),
        ("the officer's range is not asked", "people.require_role(actor, *REVOKING_ROLES, region=row.region)", "pass"),
    ):
        with monkeypatch.context() as patch:
            planted(patch, standing, text, becomes)
            patch.setattr(REVOKE, "locked_change", standing.locked_change)
            mutants.tell("certificates' standing", name, caught=is_noticed(*TWO))
    point = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {StatusChange._meta.db_table} DROP CONSTRAINT status_change_revoked_by_two")
    mutants.tell("certificates' standing", "the table lets one person do both", caught=is_noticed(*TWO))
    transaction.savepoint_rollback(point)


def test_planted_bugs_in_the_lists_are_noticed(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    def race() -> None:
        with monkeypatch.context() as patch:
            lists.test_a_text_made_while_somebody_revokes_is_not_kept(patch)

    def kept() -> None:
        lists.test_a_text_is_kept_for_an_hour_and_until_something_changes()

    assert not is_noticed(race, kept)
    for name, module, text, becomes in (
        (
            "the version is read when the text is written",
            PUBLISH,
            'defaults={"version": row.version',
            'defaults={"version": StatusList.objects.get(pk=row.pk).version',
        ),
        ("an old text is handed out", PUBLISH, "known.version == row.version and ", ""),
        ("a text is handed out for ever", PUBLISH, "known.made_at <= now < known.made_at + FRESH_FOR", "True"),
        ("a revocation does not touch the list", REVOKE, "        standing_changed(row)\n", ""),
    ):
        with monkeypatch.context() as patch:
            planted(patch, module, text, becomes)
            mutants.tell("certificates' standing", name, caught=is_noticed(race, kept))
