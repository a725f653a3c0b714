"""What a killed run leaves is removed by the next one, and nothing else is."""

import subprocess
import sys
import tempfile

import psutil
import pytest

from tests.nemesis import leftovers


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return [tmp_path / f"xueqiao-nemesis-{name}" for name in ("dead", "alive", "strange")]


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def test_processes_and_folders_of_a_dead_run_go_and_those_of_a_living_one_stay(folders, sleeper):
    dead, alive, _strange = folders
    for folder in folders:
        folder.mkdir()
    leftovers.own(alive)
    leftovers.started(dead, sleeper.pid)
    (dead / leftovers.OWNER).write_text(f"{psutil.Process().pid} 1.0")  # its number was given to us meanwhile
    assert leftovers.sweep() == [dead.name]
    assert sleeper.wait(timeout=20) != 0
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_a_process_that_only_has_the_number_of_ours_is_left_alone(folders, sleeper):
    dead, _alive, _strange = folders
    dead.mkdir()
    (dead / leftovers.OWNER).write_text("999999 1.0")
    (dead / leftovers.STARTED).write_text(f"{sleeper.pid} 1.0\n")
    leftovers.sweep()
    assert sleeper.poll() is None and not dead.exists()
