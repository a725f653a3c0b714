"""`xueqiao credits settle`: files on the disk, the same bytes again, and what stops it before anything is paid."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.domains.credits.conversions.test_settle_year import AFTER, UNIT, many
from tests.worlds.small_county import NOW, small_county
from xueqiao.channels.console.credits import group
from xueqiao.domains.credits.models import ClearingYear
from xueqiao.foundation import clock
from xueqiao.foundation.ledger import api as ledger

pytestmark = pytest.mark.django_db


def settle(folder: Path, year: str = "2026") -> tuple[int, str]:
    answer = CliRunner().invoke(group, ["settle", year, "--folder", str(folder)])
    assert not isinstance(answer.exception, Exception) or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, answer.output


def claims_left() -> int:
    return sum(map(abs, ledger.balances_of_family(UNIT, "claims:").values()))


def test_a_year_is_settled_into_files_and_again_gives_the_same_bytes(tmp_path: Path) -> None:
    many(small_county(), 40)
    first, second = tmp_path / "a" / "deep", tmp_path / "b"
    with clock.frozen(AFTER):
        code, said = settle(first)
        assert code == 0
        assert "2026 年院校往来结清" in said
        assert "(2026 settled: " in said
        code, said = settle(second)
    assert code == 0
    assert "以前结清过，没有再动账" in said
    assert "was settled before, nothing moved" in said
    files = {each.name: each.read_bytes() for each in first.iterdir()}
    assert "positions-2026.csv" in files
    assert {each.name: each.read_bytes() for each in second.iterdir()} == files
    assert claims_left() == 0


@pytest.mark.parametrize("year", ["2026", "2099", "0", "-5", "abc", "99999999999"])
def test_a_year_that_is_not_over_or_is_none_moves_nothing(tmp_path: Path, year: str) -> None:
    many(small_county(), 10)
    before = claims_left()
    with clock.frozen(NOW):
        code, said = settle(tmp_path, year)
    assert code in {1, 2}
    assert said.strip()
    assert claims_left() == before > 0
    assert not ClearingYear.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_where_the_files_cannot_go_nothing_is_settled(tmp_path: Path) -> None:
    many(small_county(), 10)
    taken = tmp_path / "a file"
    taken.write_text("mine")
    before = claims_left()
    with clock.frozen(AFTER):
        code, said = settle(taken)
    assert code == 2
    assert "没有结清" in said
    assert "nothing was settled" in said
    assert claims_left() == before > 0
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("command", ["check", "what-if"])
def test_a_rule_file_that_is_not_there_or_is_wrong_is_refused_in_two_languages(tmp_path: Path, command: str) -> None:
    answer = CliRunner().invoke(group, ["rules", command, str(tmp_path / "none.toml")])
    assert (answer.exit_code, answer.output.count("\n")) == (2, 1), answer.exception
    assert "文件打不开" in answer.output and "cannot be opened" in answer.output
    (tmp_path / "wrong.toml").write_text("form = 9\n")
    answer = CliRunner().invoke(group, ["rules", command, str(tmp_path / "wrong.toml")])
    assert answer.exit_code == 1
    assert "没有采用" in answer.output and "nothing was taken" in answer.output


def test_rules_are_listed_with_their_state_in_two_languages() -> None:
    small_county()
    with clock.frozen(NOW):
        said = CliRunner().invoke(group, ["rules", "list"]).output
    assert "community/1  施行中 in force  从 since 2026-01-01" in said
