import json
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.domains.enrolment.rounds_to_draw import (
    draw,
    drawn,
    enter,
    enter_strangers,
    frozen,
    open_round,
    settled,
    type_value,
)
from tests.worlds.small_county import LINHAI, acting, add_person, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws import lottery, receipts
from xueqiao.domains.enrolment.errors import draws as errors
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryLine, EntryResult, Wish
from xueqiao.domains.enrolment.queries.draws import folder_of
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return small_county()


@pytest.fixture
def made(world):
    made = open_round(world, seats=(3, 2), kept={0: {"newcomer": 1}})
    enter(made, [world.rider], (0, 1))
    enter(made, [world.elder, world.daughter], (0, 1), channel="counter")
    enter_strangers(made, 10, (1, 0), channel="phone")
    return made


def public(made):
    return folder_of(made.code) / "files"


def moved():
    return (
        list(AdmissionRound.objects.order_by("pk").values()),
        list(Entry.objects.within(ALL).order_by("pk").values()),
        list(EntryResult.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
    )


def refused(error, made, **kwargs):
    before, names = moved(), sorted(public(made).iterdir())
    with pytest.raises(error) as caught:
        draw(made, **kwargs)
    assert before == moved()
    assert names == sorted(public(made).iterdir())
    return caught.value


def test_the_result_stands_in_the_rows_as_it_was_published(made):
    view = drawn(made)
    assert view.is_drawn and made.again().state == "drawn"
    codes = {run.pk: run.code for run in made.runs}
    lines = [line.split(",") for line in (public(made) / "result.csv").read_text().splitlines()[1:]]
    assert len(lines) == 12
    for position, number, outcome, run, wish, _waiting in lines:
        entry = Entry.objects.within(ALL).get(line__round=made.row, line__number=int(number))
        assert (entry.result.position, "won" if entry.result.run_id else "lost") == (int(position), outcome)
        assert (codes.get(entry.result.run_id, ""), entry.result.rank or 0) == (run, int(wish or 0))
        shown = enrolment.access_entry(actor=made.clerk, entry_uuid=entry.uuid)
        assert (shown.state, shown.position, shown.awarded_id) == (outcome, int(position), entry.result.run_id)
    won = Entry.objects.within(ALL).filter(result__run__isnull=False)
    assert sum(won.filter(result__run=made.runs[0]).values_list("size", flat=True)) <= 3
    assert sum(won.values_list("size", flat=True)) == 5  # every seat is given


def test_others_find_the_same_result_from_the_folder_alone(made, tmp_path):
    view = drawn(made)
    away = tmp_path / "elsewhere"
    shutil.copytree(public(made), away)
    check = enrolment.check_folder(away)
    assert check.wrong == [] and check.result_hash == view.result_hash and check.seed == view.seed
    run = subprocess.run(
        [sys.executable, "-I", str(away / "verify.py"), "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout)["result_sha256"] == view.result_hash


def test_news_and_deed(made, deliver_due):
    drawn(made)
    event = OutboxEvent.objects.get(name="enrolment.DrawPublished")
    assert event.payload == {"round_id": made.row.pk, "region": made.row.region}
    assert AuditEntry.objects.get(verb="draw_round").detail["seats_given"] == 5


def test_drawing_twice_is_drawing_once(made):
    first = drawn(made)
    raw = (public(made) / "draw.json").read_bytes()
    assert draw(made, now=made.due + timedelta(hours=1)).draw_hash == first.draw_hash
    assert (public(made) / "draw.json").read_bytes() == raw
    assert OutboxEvent.objects.filter(name="enrolment.DrawPublished").count() == 1


def test_not_before_two_people_typed_the_value(made):
    frozen(made)
    refused(errors.SourceNotSettled, made)
    type_value(made)
    refused(errors.SourceNotSettled, made)


def test_an_entry_that_came_after_the_freeze_stops_the_draw(made):
    """The gate keeps late entries out; whoever writes the row past it is found, and cannot be drawn in any case."""
    settled(made)
    late = enter(made, [add_person("迟来")])
    assert "多了一份" in refused(errors.FrozenListChanged, made).message
    EntryLine.objects.create(entry=late, round=made.row, number=13, losses=[0], newcomers=[True])
    refused(errors.FrozenListChanged, made)


def test_wishes_changed_after_the_freeze_change_nothing(made):
    settled(made)
    Wish.objects.filter(entry__round=made.row).delete()
    assert enrolment.check_folder(public(made)).wrong  # not drawn yet: draw.json is missing
    draw(made)
    assert enrolment.check_folder(public(made)).is_sound


@pytest.mark.parametrize("table", ["enrolment_entryline", "enrolment_entryresult"])
@pytest.mark.parametrize("change", ["UPDATE {} SET entry_id = entry_id", "DELETE FROM {}"])
def test_lines_and_results_are_written_once(made, table, change):
    drawn(made)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


def test_a_line_or_result_names_an_entry_of_its_own_round(world, made):
    other = open_round(world)
    for model, place in (
        (EntryLine, {"number": 1, "losses": [0], "newcomers": [True]}),
        (EntryResult, {"position": 1}),
    ):
        with pytest.raises(IntegrityError, match="not in the round"), transaction.atomic():
            model.objects.create(entry=made.entries[0], round=other.row, **place)
    Entry.objects.within(ALL).filter(pk=made.entries[0].pk).update(state="excluded")
    with pytest.raises(IntegrityError, match="not in the round"), transaction.atomic():
        EntryLine.objects.create(entry=made.entries[0], round=made.row, number=1, losses=[0], newcomers=[True])


@pytest.mark.parametrize("name", ["entries.csv", "classes.csv", "freeze.json"])
def test_a_published_file_changed_after_the_freeze_stops_the_draw(made, name):
    settled(made)
    file = public(made) / name
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    assert name in refused(errors.FrozenListChanged, made).message or name == "freeze.json"


def test_the_secret_is_used_as_long_as_it_opens(made):
    settled(made)
    refused(errors.SecretIsThere, made, withheld_because="想换一个结果")


def test_a_lost_secret_is_published_and_logged(made, settings):
    settled(made)
    settings.SECRET_KEY = "another server"
    refused(errors.SecretCannotBeOpened, made)
    view = draw(made, withheld_because="服务器重装，密钥没有备份")
    assert view.withheld_because == "服务器重装，密钥没有备份"
    check = enrolment.check_folder(public(made))
    assert check.is_sound and check.is_without_secret
    assert AuditEntry.objects.get(verb="draw_round").detail["withheld_because"]


def test_when_it_fails_half_way_no_result_is_left_lying(made, monkeypatch):
    settled(made)
    from xueqiao.domains.enrolment.actions import draw_round

    def broken(_row):
        raise RuntimeError("disk full")

    monkeypatch.setattr(draw_round, "fairness_report", broken)
    refused(RuntimeError, made)
    monkeypatch.undo()
    assert draw(made).is_drawn


def test_only_staff_of_the_unit(made):
    settled(made)
    before = moved()
    for actor in (acting(made.world.rider), on_duty(add_person("别镇"), "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            enrolment.draw_round(actor=actor, code=made.code, now=made.due + timedelta(minutes=5))
    assert before == moved()


def test_only_a_frozen_round(world):
    made = open_round(world)
    with pytest.raises(errors.DrawWrongState):
        draw(made)


def test_each_proves_her_own_line_and_shows_nobody_elses(made, tmp_path):
    drawn(made)
    entry = made.entries[1]
    receipt = enrolment.access_receipt(
        actor=acting(made.world.daughter), entry_uuid=Entry.objects.within(ALL).get(pk=entry.pk).uuid
    )
    raw = enrolment.receipt_bytes(receipt.content)
    assert enrolment.what_is_wrong(raw, public(made)) == []
    others = [line.split(",")[1] for line in (public(made) / "entries.csv").read_text().splitlines()[1:]]
    assert [each for each in others if each.encode() in raw] == [receipt.pseudonym]
    for field, value in (("code", "Z9"), ("salt", "00" * 16), ("number", 1 + receipt.number % 12), ("round", "L0")):
        assert enrolment.what_is_wrong(json.dumps(receipt.content | {field: value}).encode(), public(made))
    assert enrolment.what_is_wrong(raw.replace(receipt.line.encode(), receipt.line[:-1].encode()), public(made))
    assert enrolment.what_is_wrong(b"{", public(made)) and enrolment.what_is_wrong(raw, tmp_path)


def test_a_receipt_of_a_long_list_is_made_from_one_block(world, tmp_path):
    made = open_round(world, seats=(5, 5))
    enter_strangers(made, 150)
    drawn(made)
    for entry in (made.entries[0], made.entries[77], made.entries[149]):
        row = Entry.objects.within(ALL).get(pk=entry.pk)
        receipt = enrolment.access_receipt(actor=made.clerk, entry_uuid=row.uuid)
        assert enrolment.what_is_wrong(enrolment.receipt_bytes(receipt.content), public(made)) == []
        assert receipt.result.position == row.result.position
    with pytest.raises(errors.DrawNotFound):
        enrolment.access_receipt(actor=acting(world.rider), entry_uuid=row.uuid)


def test_before_the_freeze_there_is_no_receipt(world, made):
    entry = Entry.objects.within(ALL).get(pk=made.entries[0].pk)
    with pytest.raises(errors.ReceiptNotReady):
        enrolment.access_receipt(actor=acting(world.rider), entry_uuid=entry.uuid)


def test_the_fairness_report_counts_people_and_hides_small_cells(made):
    enter_strangers(made, 30, (0, 1))
    view = drawn(made)
    report = enrolment.report_of(view)
    assert (report["people"], report["won"]) == (43, 5)
    web = next(cell for cell in report["by"]["channel"] if cell["group"] == "web")
    assert web == {"group": "web", "hidden": True}  # 31 people, but fewer than ten winners
    assert all(cell.get("hidden") or cell["people"] >= 10 for each in report["by"].values() for cell in each)
    assert report["gini_ten_thousandths"] == [{"round": made.code, "value": round((1 - 5 / 43) * 10_000)}]


def test_public_files_appear_when_they_are_public(made):
    with pytest.raises(errors.DrawNotFound):
        enrolment.published_file(made.code, "entries.csv")
    frozen(made)
    assert enrolment.published_file(made.code, "entries.csv").is_file()
    for name in ("result.csv", "draw.json", "../index/entries.csv", "entries.index", ""):
        with pytest.raises(errors.DrawNotFound):
            enrolment.published_file(made.code, name)
    type_value(made)
    type_value(made, made.other_clerk)
    view = draw(made)
    assert enrolment.published_file(made.code, "result.csv").is_file()
    assert enrolment.published_file(made.code, f"draw-{made.code}.zip").stat().st_size > 1000
    assert {name for name, _size in enrolment.published_names(view)} >= {"draw.json", "verify.py", "report.json"}


def test_pages_of_the_result_are_those_of_the_file(made):
    view = drawn(made)
    page = enrolment.result_page(view, 1)
    assert [line.position for line in page.lines] == list(range(1, 13))
    assert {line.run_code for line in page.lines if line.is_won} <= {run.code for run in made.runs}
    assert receipts.line_at(folder_of(made.code), files.RESULT, 3).startswith(b"3,")
    assert lottery.NOTHING == 65535
