"""The platform's folder: private, and never at the price of somebody's home."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from xueqiao.server.home import ROOT_FOLDER, Home, HomeUnreachable


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="xueqiao-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def test_the_secret_key_is_made_once_and_for_its_owner_only(folder: Path) -> None:
    home = Home(folder / "home")
    home.prepare()
    first = home.secret_key()
    assert len(first) >= 64
    assert home.secret_key() == first
    assert home.secret_key_file.stat().st_mode & 0o777 == 0o600


def test_others_may_not_look_into_the_folder(folder: Path) -> None:
    home = Home(folder / "home")
    home.prepare()
    assert home.folder.stat().st_mode & 0o066 == 0
    for part in (home.media, home.backups, home.logs):
        assert part.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a folder that others can pass through")
def test_a_closed_parent_is_refused_and_stays_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(HomeUnreachable, match="XUEQIAO_HOME"):
        Home(closed / "xueqiao").prepare()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not (closed / "xueqiao").exists()


def test_the_environment_names_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUEQIAO_HOME", str(folder / "named"))
    assert Home.chosen().folder == folder / "named"


def test_without_a_name_root_gets_a_folder_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XUEQIAO_HOME", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert Home.chosen().folder == ROOT_FOLDER
