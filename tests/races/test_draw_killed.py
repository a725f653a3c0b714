"""A draw whose process dies between the published files and the commit: nothing half done is left, and the next draw is
the same one. The process is a real one, killed by the kernel; no `finally` of ours runs.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from tests.domains.enrolment.rounds_to_draw import draw, enter, enter_strangers, open_round, settled
from tests.worlds.small_county import small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.draws import DrawNotFound
from xueqiao.domains.enrolment.models import EntryResult
from xueqiao.domains.enrolment.queries.draws import folder_of
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

DRAW = """
import json, os, signal, sys
from datetime import datetime

import django

django.setup()
from django.conf import settings
from django.db import connection

settings.DATABASES["default"].update(json.loads(sys.argv[1]))
connection.settings_dict.update(json.loads(sys.argv[1]))
settings.MEDIA_ROOT, settings.SECRET_KEY = sys.argv[2], sys.argv[3]
code, now, point, is_mutant = sys.argv[4], datetime.fromisoformat(sys.argv[5]), sys.argv[6], sys.argv[7] == "mutant"

from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions import draw_round as drawing
from xueqiao.foundation.audit.api import Actor

module, name = (drawing._draw_rows, "write_results") if point == "write_results" else (drawing, point)
real = getattr(module, name)


def die(*arguments, **named):
    if point != "write_report":
        real(*arguments, **named)
    if is_mutant:
        connection.connection.commit()
    os.kill(os.getpid(), signal.SIGKILL)


setattr(module, name, die)
enrolment.draw_round(actor=Actor.system("a draw that is killed"), code=code, now=now)
"""
POINTS = ("write_draw", "write_results", "write_report", "record_deed")


@pytest.fixture
def made(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    world = small_county()
    made = open_round(world, seats=(3, 2), kept={0: {"newcomer": 1}})
    enter(made, [world.rider], (0, 1))
    enter(made, [world.elder, world.daughter], (0, 1), channel="counter")
    enter_strangers(made, 10, (1, 0), channel="phone")
    settled(made)
    return made


def kill_at(made, point, *, is_mutant=False):
    """Draw in a process of its own that is killed once `point` is reached; it was really killed."""
    known = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    where = {key: connection.settings_dict[key] for key in known}
    run = subprocess.run(
        [
            *(sys.executable, "-c", DRAW, json.dumps(where), django_settings.MEDIA_ROOT, django_settings.SECRET_KEY),
            *(made.code, made.due.replace(minute=9).isoformat(), point, "mutant" if is_mutant else ""),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": "src"},
        cwd=Path(__file__).parents[2],
        timeout=120,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr[-2000:]


def half_done(made):
    """What a killed draw left that somebody could see or trip over."""
    found = []
    if made.again().state != "frozen":
        found.append("the round's state")
    if EntryResult.objects.filter(round=made.row).exists():
        found.append("results")
    if OutboxEvent.objects.filter(name="enrolment.DrawPublished").exists():
        found.append("news")
    for name in ("result.csv", "draw.json", "report.json"):
        try:
            enrolment.published_file(made.code, name)
            found.append(name)
        except DrawNotFound:
            pass
    return found


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_draw_leaves_nothing_half_done_and_the_next_is_the_same(made, point):
    kill_at(made, point)
    lying = folder_of(made.code) / "files" / "result.csv"
    was_written = lying.read_bytes()  # the files were there already when it died: nobody is shown them
    assert half_done(made) == []
    view = draw(made)
    assert view.is_drawn and lying.read_bytes() == was_written
    assert enrolment.check_folder(folder_of(made.code) / "files").is_sound
    assert EntryResult.objects.filter(round=made.row).count() == 12


def test_results_that_commit_before_their_round_are_noticed(made, mutants):
    kill_at(made, "write_results", is_mutant=True)
    mutants.tell("draw", "results commit before the round is drawn", caught="results" in half_done(made))
