"""What load balancers are told."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from xueqiao.server import health


@pytest.mark.django_db
def test_ready_names_what_is_missing(client: Client) -> None:
    answer = client.get("/-/ready")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "migrations": True, "worker": False}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert client.get("/-/ready").status_code == 200


def test_without_a_database_the_process_lives_and_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise DatabaseError("the password is hunter2")

    monkeypatch.setattr(health.connection, "cursor", gone)
    monkeypatch.setattr(health.connection, "close", lambda: None)
    assert client.get("/-/live").status_code == 200
    answer = client.get("/-/ready")
    assert answer.status_code == 503
    assert b"hunter2" not in answer.content


def test_health_answers_to_any_host_without_a_session_and_only_to_reading(client: Client) -> None:
    answer = client.get("/-/live", headers={"host": "10.0.0.7"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert client.post("/-/live").status_code == 405
    assert client.get("/-/secrets").status_code == 404
