"""The account behind a session with all that says who acts, read at every request of somebody signed in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from xueqiao.domains.people.models import Account, Person

_TEXT = (Path(__file__).parent / "account_with_relations.sql").read_text()


def read_account(account_id: int) -> Account | None:
    """The account with `person`, `link_rows` and `duty_rows` (dicts of plain values), or None. One query.

    The statement is fixed: putting it together anew from querysets cost ten times as much as asking it.
    """
    statement, account_names, person_names = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [account_id])
        row = cursor.fetchone()
    if row is None:
        return None
    middle = len(account_names)
    account: Any = Account.from_db(DEFAULT_DB_ALIAS, account_names, row[:middle])
    account.person = Person.from_db(DEFAULT_DB_ALIAS, person_names, row[middle:-2])
    account.link_rows, account.duty_rows = json.loads(row[-2]), json.loads(row[-1])
    return account


@cache
def _statement() -> tuple[str, list[str], list[str]]:
    """The statement and the names of its columns, by model; made once, so that a new column is never forgotten."""
    account, person = Account._meta.concrete_fields, Person._meta.concrete_fields
    columns = [f'a."{field.column}"' for field in account] + [f'p."{field.column}"' for field in person]
    return (
        _TEXT.replace("{columns}", ", ".join(columns)),
        [field.attname for field in account],
        [field.attname for field in person],
    )
