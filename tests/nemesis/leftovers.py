"""What a killed run of the kit left behind, removed at the next start: its processes, mounted disks and folders.

Every run writes into its folder who owns it and which processes it started, each with the moment of its birth, so that
a number that was given to somebody else meanwhile is never taken for one of ours.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psutil

PREFIXES = ("xueqiao-nemesis-", "xueqiao-power-")
OWNER, STARTED = "owner", "started"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def own(folder: Path) -> None:
    """Write down that this process owns a folder."""
    (folder / OWNER).write_text(_name(psutil.Process()))


def started(folder: Path, pid: int) -> None:
    """Write down that a process was started for the folder, before anything can go wrong with it."""
    with (folder / STARTED).open("a") as file, contextlib.suppress(psutil.NoSuchProcess):
        file.write(_name(psutil.Process(pid)) + "\n")


def sweep() -> list[str]:
    """Remove what belongs to runs that are no more; return the names of their folders."""
    swept = []
    for prefix in PREFIXES:
        for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            if (folder / OWNER).exists() and not _find((folder / OWNER).read_text()):
                _remove(folder)
                swept.append(folder.name)
    return swept


def _remove(folder: Path) -> None:
    if (folder / STARTED).exists():
        for line in (folder / STARTED).read_text().splitlines():
            process = _find(line)
            for each in [*process.children(recursive=True), process] if process else []:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
    for process in _servers_in(folder):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    umount = shutil.which("umount", path=_PATH)
    for partition in psutil.disk_partitions(all=True):
        if umount and Path(partition.mountpoint).is_relative_to(folder):
            subprocess.run([umount, "-l", partition.mountpoint], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def _servers_in(folder: Path) -> list[psutil.Process]:
    """Database servers that work below the folder, on a disk of ours too: PostgreSQL's processes stand in its data."""
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            if "postgres" in process.info["name"] and Path(process.cwd()).is_relative_to(folder):
                found.append(process)
    return found


def _name(process: psutil.Process) -> str:
    return f"{process.pid} {process.create_time()}"


def _find(line: str) -> psutil.Process | None:
    """The process a line names, if it still lives."""
    with contextlib.suppress(psutil.NoSuchProcess, ValueError):
        process = psutil.Process(int(line.split(maxsplit=1)[0]))
        if _name(process) == line.strip() and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None
