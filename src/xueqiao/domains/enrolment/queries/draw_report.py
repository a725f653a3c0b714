"""The fairness report of a draw: who won, by group, and how even seats are over the terms of a series."""

from typing import Any

from django.db import connection

from xueqiao.domains.enrolment.models import AdmissionRound
from xueqiao.domains.enrolment.rules.draws import AGE_BANDS, CELL_MIN, Cell, gini_of, published_cells
from xueqiao.foundation import clock

TERMS_MAX = 12
DIMENSIONS = ("channel", "age", "newcomer", "size", "losses")

# What the entries' own rows say of each person, and, apart, what the lines say that the freeze wrote.
_BY_ENTRY = """
WITH kinds AS (
  SELECT e.channel, width_bucket(extract(year FROM age(%(day)s::date, p.birth_date))::int, %(bands)s) AS age,
         e.size::text AS size, count(*) AS people, count(d.run_id) AS won
    FROM enrolment_entrymember m
    JOIN enrolment_entry e ON e.id = m.entry_id
    JOIN enrolment_entryresult d ON d.entry_id = e.id
    JOIN people_person p ON p.id = m.person_id
   WHERE m.round_id = %(round)s AND m.state = 'agreed'
   GROUP BY 1, 2, 3)
SELECT CASE grouping(channel, age, size) WHEN 3 THEN 'channel' WHEN 5 THEN 'age' WHEN 6 THEN 'size' ELSE 'all' END,
       coalesce(channel, age::text, size), coalesce(sum(people), 0)::bigint, coalesce(sum(won), 0)::bigint
  FROM kinds
 GROUP BY GROUPING SETS ((channel), (age), (size), ())
"""
_BY_LINE = """
WITH kinds AS (
  SELECT f.is_newcomer, f.losses, count(*) AS people, count(d.run_id) AS won
    FROM enrolment_entryline l
    JOIN enrolment_entryresult d ON d.entry_id = l.entry_id
   CROSS JOIN unnest(l.newcomers, l.losses) AS f (is_newcomer, losses)
   WHERE l.round_id = %(round)s
   GROUP BY 1, 2)
SELECT CASE grouping(is_newcomer) WHEN 0 THEN 'newcomer' ELSE 'losses' END,
       coalesce(losses::text, CASE WHEN is_newcomer THEN 'yes' ELSE 'no' END), sum(people)::bigint, sum(won)::bigint
  FROM kinds
 GROUP BY GROUPING SETS ((is_newcomer), (losses))
"""
_SEATS = """
SELECT won, count(*) FROM (
  SELECT m.person_id, count(d.run_id) AS won
    FROM enrolment_entrymember m
    JOIN enrolment_entryresult d ON d.entry_id = m.entry_id
    JOIN enrolment_admissionround r ON r.id = m.round_id
   WHERE m.state = 'agreed' AND (r.id = %(round)s OR (r.series = %(series)s
     AND r.series <> '' AND r.drawn_at <= %(until)s))
   GROUP BY 1) AS each_person
 GROUP BY 1
"""


def fairness_report(row: AdmissionRound) -> dict[str, object]:
    """The report as it is published: people (not entries) and winners by group, small cells hidden."""
    names: dict[str, Any] = {
        "round": row.pk,
        "day": clock.local_date(row.wishes_close_at),
        "bands": [low for low, _high in AGE_BANDS],
    }
    cells: dict[str, list[Cell]] = {dimension: [] for dimension in DIMENSIONS}
    everybody = Cell("all", 0, 0)
    with connection.cursor() as cursor:
        for statement in (_BY_ENTRY, _BY_LINE):
            cursor.execute(statement, names)
            for dimension, label, people, won in cursor.fetchall():
                if dimension == "all":
                    everybody = Cell("all", people, won)
                else:
                    cells[dimension].append(Cell(_age_words(label) if dimension == "age" else label, people, won))
    return {
        "round": row.code,
        "people": everybody.people,
        "won": everybody.won,
        "smallest_cell": CELL_MIN,
        "by": {dimension: published_cells(sorted(each, key=lambda c: c.label)) for dimension, each in cells.items()},
        "gini_ten_thousandths": _gini_over_terms(row),
    }


def _age_words(band: str) -> str:
    low, high = AGE_BANDS[max(0, int(band) - 1)]
    return f"{low}-{high}" if high < 150 else f"{low}+"


def _gini_over_terms(row: AdmissionRound) -> list[dict[str, object]]:
    """Gini of seats won per person who ever entered, after each drawn round of the series; this one last."""
    terms = [row]
    if row.series:
        earlier = AdmissionRound.objects.filter(series=row.series, drawn_at__lt=row.drawn_at).order_by("-drawn_at")
        terms = [*reversed(earlier[: TERMS_MAX - 1]), row]
    found: list[dict[str, object]] = []
    with connection.cursor() as cursor:
        for term in terms:
            cursor.execute(_SEATS, {"round": term.pk, "series": row.series, "until": term.drawn_at})
            gini = gini_of(dict(cursor.fetchall()))
            found.append({"round": term.code, "value": round(gini * 10_000)})
    return found
