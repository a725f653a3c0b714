"""Statements that are planned once per connection."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from xueqiao.foundation.arrays import array
from xueqiao.foundation.prepared import prepared_rows

NUMBERS = "SELECT n * %s::int FROM unnest(%s::int[]) AS n"


def plans(statement):
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [text for (text,) in cursor.fetchall() if statement in text]


@pytest.mark.django_db
def test_one_plan_answers_with_whatever_values():
    assert prepared_rows(NUMBERS, [2, array([1, 2])]) == [(2,), (4,)]
    assert prepared_rows(NUMBERS, [3, array(range(100))])[99] == (297,)
    assert len(plans("unnest($2::int[]) AS n")) == 1


@pytest.mark.django_db
def test_a_statement_without_a_result_returns_no_rows():
    assert prepared_rows("CREATE TEMPORARY TABLE prepared_once (n int UNIQUE) ON COMMIT DROP", []) == []
    assert prepared_rows("INSERT INTO prepared_once SELECT unnest(%s::int[])", [array([1, 2])]) == []
    assert prepared_rows("SELECT n FROM prepared_once ORDER BY n", []) == [(1,), (2,)]


@pytest.mark.django_db
def test_failures_are_djangos_and_the_next_question_is_answered():
    prepared_rows("CREATE TEMPORARY TABLE prepared_once (n int UNIQUE) ON COMMIT DROP", [])
    insert = "INSERT INTO prepared_once SELECT unnest(%s::int[])"
    for number in range(3):
        prepared_rows(insert, [array([number])])
        with pytest.raises(IntegrityError), transaction.atomic():  # after a rollback the driver plans anew
            prepared_rows(insert, [array([number])])
    assert len(prepared_rows("SELECT n FROM prepared_once", [])) == 3


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_asked_anew():
    assert prepared_rows(NUMBERS, [1, array([7])]) == [(7,)]
    connection.close()
    assert prepared_rows(NUMBERS, [1, array([8])]) == [(8,)]


@pytest.mark.django_db
def test_it_is_seen_by_those_who_count_statements():
    with CaptureQueriesContext(connection) as seen:
        prepared_rows(NUMBERS, [1, array([7])])
    assert len(seen) == 1
    assert "unnest" in seen[0]["sql"]
