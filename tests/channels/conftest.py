"""The lively evening, built once for a file: every test finds it untouched, for what it writes is rolled back."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.worlds import lively


@pytest.fixture(scope="module")
def lively_ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[lively.Lively]:
    """About 400 inserts in one transaction that the whole file stands on."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield lively.lively_county()
        transaction.set_rollback(True)


@pytest.fixture
def evening(lively_ground: lively.Lively, db: None) -> lively.Lively:
    """The world of the file, its objects as they were built."""
    return copy.deepcopy(lively_ground)
