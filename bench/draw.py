"""The draw at the size of Shanghai's night schools, from rows in PostgreSQL to the published folder.

`draw.published`: 650,000 wishes by 400,000 people (15 % of them in groups of two to four), up to three ranked wishes,
390 classes, 10,000 seats. Both halves run through the actions: the freeze (rows -> list) and the draw (list -> result).
What they write back into the rows, and the report, is measured apart. The independent verifier finds the same result.
Medians of XUEQIAO_DRAW_ROUNDS (3): all but the last are rolled back and vacuumed away.
`draw.growth`: freeze and draw of made-up tickets, without a database, at 65,000 and 650,000 wishes, beside the curve to
6.5 million as it was last measured (growth.json; XUEQIAO_LONG=1 measures it anew).
`draw.odds`: 100,000 simulated draws, the worst p of channel, order of entry, person and weight.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil
from django.db import connection, transaction
from django.test import override_settings

from bench.harness import HIGHER, LOWER, Result, bench, result

PEOPLE, IN_GROUPS, WISHES, CLASSES, SEATS = 400_000, 60_000, 650_000, 390, 10_000
FIRST = 26  # seats of the class that the others are copied from
ROUNDS = int(os.environ.get("XUEQIAO_DRAW_ROUNDS", "3"))
GROWTH_SHORT, GROWTH_LONG = (65_000, WISHES), (65_000, WISHES, 1_300_000, 2_600_000, 6_500_000)
GROWTH_FILE = Path(__file__).with_name("growth.json")
WRITE_BACK = ("write_lines", "exclude_unnumbered", "write_results")


@bench("draw.published")
def published() -> Iterator[Result]:
    """Seconds and memory of the draw, by phase; and whether the independent verifier finds the same."""
    from tests.domains.enrolment.rounds_to_draw import MadeRound, open_round
    from tests.worlds.small_county import small_county

    from xueqiao.domains.enrolment.draws.publication import remove
    from xueqiao.domains.enrolment.queries.draws import folder_of

    spent: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as media, override_settings(MEDIA_ROOT=media):
        made: MadeRound = open_round(small_county(), seats=(FIRST,))
        entries = _load(made)
        for left in range(ROUNDS - 1, -1, -1):
            with transaction.atomic():
                view = _hold(made, spent)
                transaction.set_rollback(bool(left))
            if left:
                remove(folder_of(view.code))
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE enrolment_entryline, enrolment_entryresult")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        name = f"draw, {WISHES:,} wishes, {entries:,} entries"
        yield result(f"{name}: rows to published folder", spent["whole"], "s", aim=10.0, better=LOWER)
        yield result(f"{name}: rows to published folder, processor", spent["whole, processor"], "s")
        yield result(f"{name}: of it the freeze", spent["freeze"], "s")
        yield result(f"{name}: of it the draw", spent["draw"], "s")
        yield result(f"{name}: written back into the rows", spent["back"], "s")
        yield result(f"{name}: written back, processor", spent["back, processor"], "s")
        yield result(f"{name}: fairness report", spent["report"], "s")
        yield result(f"{name}: memory of the process", [peak], "MB", aim=2_000.0, better=LOWER)
        folder = folder_of(view.code) / "files"
        start = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-I", str(folder / "verify.py"), "--json"], capture_output=True, text=True, check=False
        )
        answer = json.loads(run.stdout)
        same = answer["is_sound"] and answer["result_sha256"] == view.result_hash
        yield result(f"{name}: independent verifier", [time.perf_counter() - start], "s")
        yield result(f"{name}: independent verifier agrees", [float(same)], "1 = yes", aim=1.0, better=HIGHER)


def _hold(made: Any, spent: dict[str, list[float]]) -> Any:
    """Freeze, type the value, draw; adds this round's seconds by phase."""
    from tests.domains.enrolment.rounds_to_draw import VALUE

    from xueqiao.domains.enrolment import api as enrolment
    from xueqiao.domains.enrolment.actions import _draw_rows
    from xueqiao.domains.enrolment.actions import draw_round as drawing

    once: dict[str, Spent] = {}
    patches = [patch.object(_draw_rows, name, _timed(getattr(_draw_rows, name), name, once)) for name in WRITE_BACK]
    patches.append(patch.object(drawing, "fairness_report", _timed(drawing.fairness_report, "report", once)))
    freeze = _timed(enrolment.freeze_round, "freeze", once)
    draw = _timed(enrolment.draw_round, "draw", once)
    with contextlib.ExitStack() as stack:
        for each in patches:
            stack.enter_context(each)
        freeze(actor=made.clerk, code=made.code, now=made.closes + timedelta(minutes=5))
        for actor in (made.clerk, made.other_clerk):
            enrolment.type_source_value(actor=actor, code=made.code, value=VALUE, now=made.due + timedelta(minutes=1))
        view = draw(actor=made.clerk, code=made.code, now=made.due + timedelta(minutes=5))
    back = sum((once[name] for name in WRITE_BACK), Spent())
    frozen = once["freeze"] - sum((once[name] for name in WRITE_BACK[:2]), Spent())
    drawn = once["draw"] - once["write_results"] - once["report"]
    phases = {"whole": frozen + drawn, "freeze": frozen, "draw": drawn, "back": back, "report": once["report"]}
    for phase, of_it in phases.items():
        spent.setdefault(phase, []).append(of_it.seconds)
        spent.setdefault(f"{phase}, processor", []).append(of_it.processor)
    return view


@dataclass(frozen=True)
class Spent:
    """Time by the clock, and what this process and its own server process computed: the same on a busy machine."""

    seconds: float = 0.0
    processor: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.seconds + other.seconds, self.processor + other.processor)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.seconds - other.seconds, self.processor - other.processor)

    @classmethod
    def alone(cls) -> Spent:
        """Up to now, of this process."""
        return cls(time.perf_counter(), time.process_time())

    @classmethod
    def now(cls) -> Spent:
        """Up to now, of this process and of its process of the server."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        server = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):  # a server on another machine
            server = sum(psutil.Process(pid).cpu_times()[:2])
        return cls(time.perf_counter(), time.process_time() + server)


def _timed(act: Callable[..., Any], name: str, spent: dict[str, Spent]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        start = Spent.now()
        try:
            return act(*arguments, **named)
        finally:
            spent[name] = spent.get(name, Spent()) + (Spent.now() - start)

    return run


def _load(made: Any) -> int:
    """People, classes, entries, members and wishes, written by the database itself; returns the number of entries."""
    groups = IN_GROUPS // 3  # pairs, threes and fours in turn: three people on average
    entries = PEOPLE - IN_GROUPS + groups
    names = {
        "round": made.row.pk,
        "run": made.runs[0].pk,
        "people": PEOPLE,
        "singles": PEOPLE - IN_GROUPS,
        "groups": groups,
        "entries": entries,
        "classes": CLASSES,
        "big": SEATS - FIRST - 25 * (CLASSES - 1),
        "home": made.world.elder.region,
    }
    copied = "code, title, " + _other_columns("classes_classrun", "id", "uuid", "code", "title")
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('people_person_id_seq', 1000000)")
        for statement in _STATEMENTS:
            cursor.execute(statement.format(copied=copied, rest=copied.removeprefix("code, title, ")), names)
        cursor.execute("ANALYZE")
    return entries


def _other_columns(table: str, *left_out: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
            " FROM information_schema.columns"
            " WHERE table_name = %s AND NOT column_name = ANY(%s) AND is_generated = 'NEVER'",
            [table, list(left_out)],
        )
        return str(cursor.fetchone()[0])


_STATEMENTS = (
    """INSERT INTO people_person (code, name, birth_date, sex, region, region_is_declared, mode, is_demo,
              registered_at)
       SELECT 'B' || n, '居民' || n, DATE '1940-01-01' + (n::bigint * 7919 %% 22000)::int,
              CASE WHEN n %% 3 = 0 THEN 'm' ELSE 'f' END, %(home)s, true, '', true, now()
         FROM generate_series(1, %(people)s) n""",
    """INSERT INTO classes_classrun ({copied})
       SELECT 'N' || lpad(n::text, 4, '0'), '夜校 ' || n, {rest} FROM classes_classrun,
              generate_series(2, %(classes)s) n WHERE id = %(run)s""",
    """INSERT INTO enrolment_roundrun (round_id, run_id, seats, is_live, is_beginner, series_terms)
       SELECT %(round)s, id, CASE WHEN row_number() OVER (ORDER BY id) <= %(big)s THEN 26 ELSE 25 END, true, false, 0
         FROM classes_classrun WHERE code ~ '^N[0-9]{{4}}$'""",
    """INSERT INTO enrolment_seatquota (round_run_id, bucket, seats)
       SELECT id, 'newcomer', 10 FROM enrolment_roundrun WHERE round_id = %(round)s AND id %% 2 = 0""",
    """INSERT INTO enrolment_entry (code, round_id, region, kind, size, leader_id, channel, entered_by_id, request_key,
              entered_at, state, end_reason, salt)
       SELECT 'Z' || n, %(round)s, %(home)s, CASE WHEN n <= %(singles)s THEN 'single' ELSE 'household' END,
              CASE WHEN n <= %(singles)s THEN 1 ELSE 2 + n %% 3 END, 1000000 + n,
              (ARRAY['web', 'counter', 'phone', 'paper', 'api'])[1 + n %% 5], 1000000 + n, 'b' || n, now(), 'entered',
              '', decode(md5('salt' || n), 'hex') FROM generate_series(1, %(entries)s) n""",
    """INSERT INTO enrolment_entrymember (entry_id, round_id, person_id, state)
       SELECT e.id, %(round)s, 1000000 + row_number() OVER (ORDER BY e.id, k), 'agreed'
         FROM enrolment_entry e, generate_series(1, e.size) k WHERE e.round_id = %(round)s""",
    """INSERT INTO enrolment_wish (entry_id, rank, run_id)
       SELECT e.id, k, runs.ids[1 + (e.id * 7919 + k * 104729) %% %(classes)s]
         FROM enrolment_entry e,
              (SELECT array_agg(run_id ORDER BY run_id) AS ids FROM enrolment_roundrun WHERE round_id = %(round)s) runs,
              generate_series(1, CASE WHEN e.id %% 36 < 14 THEN 1 WHEN e.id %% 36 < 29 THEN 2 ELSE 3 END) k
        WHERE e.round_id = %(round)s""",
)


@bench("draw.growth")
def growth() -> Iterator[Result]:
    """Seconds and memory of freeze and draw by size, each in a process of its own; the whole curve as last measured."""
    is_long = os.environ.get("XUEQIAO_LONG") == "1"
    curve = {}
    for wishes in GROWTH_LONG if is_long else GROWTH_SHORT:
        runs = [_in_own_process(wishes) for _ in range(1 if is_long and wishes > WISHES else ROUNDS)]
        measured = {key: [run[key] for run in runs] for key in ("seconds", "processor", "megabytes")}
        curve[wishes] = {key: statistics.median(figures) for key, figures in measured.items()}
        name = f"draw growth, {wishes:,} wishes"
        yield result(f"{name}: freeze and draw", measured["seconds"], "s")
        yield result(f"{name}: processor", measured["processor"], "s")
        yield result(f"{name}: memory", measured["megabytes"], "MB", aim=2_000.0, better=LOWER)
    if is_long:
        whole = {"on": time.strftime("%Y-%m-%d"), "curve": curve}
        GROWTH_FILE.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    known = json.loads(GROWTH_FILE.read_text("utf-8"))
    for size, point in known["curve"].items():
        name = f"draw growth as measured on {known['on']}, {int(size):,} wishes"
        yield result(f"{name}: freeze and draw", [point["seconds"]], "s")
        yield result(f"{name}: processor", [point["processor"]], "s")
        yield result(f"{name}: memory", [point["megabytes"]], "MB")


def _in_own_process(wishes: int) -> dict[str, float]:
    run = subprocess.run([sys.executable, "-m", "bench.draw", str(wishes)], capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return answer


def _one_size(wishes: int) -> None:
    """Freeze and draw made-up tickets in the proportions of the bench; prints one JSON line. Making them up is not
    counted: of the freeze, everything from the first of them in the hand to the published files is."""
    import django

    django.setup()
    from tests.domains.enrolment.small_draws import BUCKETS, CLOSED, DUE

    from xueqiao.domains.enrolment.draws.lottery import Desk
    from xueqiao.domains.enrolment.draws.publication import FrozenRound, PublicValue, write_draw, write_freeze

    share = wishes / WISHES
    chance = random.Random(1)
    desks = [Desk(f"N{n:04d}", round(25.6 * share) or 3, (0, 0, 0, 0)) for n in range(CLASSES)]
    making = Spent()

    def rows() -> Iterator[str]:
        nonlocal making
        for first in range(0, round(360_000 * share), 10_000):
            start = Spent.alone()
            some = _made_up(range(first, min(first + 10_000, round(360_000 * share))), chance, desks)
            making += Spent.alone() - start
            yield from some

    with tempfile.TemporaryDirectory() as at:
        start = Spent.alone()
        round_ = FrozenRound("R1", "bench", "bench", {}, CLOSED, CLOSED, "lottery", "bench", DUE)
        write_freeze(Path(at), round_=round_, desks=desks, buckets=BUCKETS, rows=rows(), secret=b"s" * 32)
        value = PublicValue("03 08 11 20 25 31 07", DUE, DUE)
        write_draw(Path(at), value=value, secret=b"s" * 32, withheld_because="", drawn_at=DUE)
        spent = Spent.alone() - start - making
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"seconds": round(spent.seconds, 2), "processor": round(spent.processor, 2), "megabytes": round(peak)}
    print(json.dumps(figures))


def _made_up(numbers: range, chance: random.Random, desks: Sequence[Any]) -> list[str]:
    from xueqiao.domains.enrolment.draws.folder import Ticket, pseudonym_of, row_of

    made = []
    for n in numbers:
        wanted = chance.sample(desks, chance.choice((1, 2, 2, 2)) if n % 5 else 3)
        size = 1 if n % 18 else chance.choice((2, 3, 4))
        pseudonym = pseudonym_of(n.to_bytes(16, "big"), f"Z{n}")
        made.append(row_of(Ticket(n, pseudonym, size, 1 + n % 5, (), [desk.code for desk in wanted])))
    return made


@bench("draw.odds")
def odds() -> Iterator[Result]:
    """100,000 draws: the worst p of the three hypotheses that nothing but chance decides."""
    from tests.properties.draw_simulations import odds_of, weighted_p

    found = odds_of(100_000)
    for name, p in (("channel", found.by_channel), ("order of entry", found.by_order), ("person", found.by_person)):
        yield result(f"draw odds, 100,000 draws: p by {name}", [p], "p", aim=0.001)
    yield result("draw odds, 100,000 draws: p by weight", [weighted_p(100_000)], "p", aim=0.001)


if __name__ == "__main__":
    _one_size(int(sys.argv[1]))
