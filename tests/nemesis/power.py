"""A disk whose power can be cut: ext4 on a loop device, and the ioctl that stops it at once.

`kill -9` leaves the page cache alive, so it proves nothing about fsync. EXT4_IOC_SHUTDOWN with the flag "do not flush
the log" throws away whatever the disk was not made to keep, as a power cut does; xfstests calls it godown. Needs root,
loop devices and ext4; `why_not` says what is missing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from tests.nemesis import leftovers

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = struct.pack("I", 2)
IMAGE_BYTES = 3 << 30  # sparse
PATIENCE_SECONDS = 20


class CannotCut(RuntimeError):
    """This machine has no disk whose power can be cut."""


class CuttableDisk:
    """Context manager: `folder` is the root of a small ext4; `cut` takes its power away, `restore` gives it back."""

    def __init__(self) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="xueqiao-power-"))
        self._place.chmod(0o711)
        leftovers.own(self._place)
        self._image = self._place / "disk.img"
        self.folder = self._place / "disk"
        self.cuts = 0

    def __enter__(self) -> CuttableDisk:
        self.folder.mkdir()
        with self._image.open("wb") as image:
            image.truncate(IMAGE_BYTES)
        self._run("mkfs.ext4", "-q", "-F", str(self._image))
        self._mount()
        self.folder.chmod(0o711)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([_program("umount"), "-l", str(self.folder)], check=False, capture_output=True)
        shutil.rmtree(self._place, ignore_errors=True)

    def settle(self) -> None:
        """What is on the disk now survives: the world before the first cut."""
        os.sync()

    def cut(self) -> None:
        """Stop the file system now. Raises CannotCut when a write still succeeds afterwards: then nothing was cut."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, NO_LOG_FLUSH)
        finally:
            os.close(handle)
        try:
            (self.folder / "still-alive").write_text("written after the cut")
        except OSError:
            self.cuts += 1
            return
        raise CannotCut("the file system took a write after it was shut down")

    def restore(self) -> None:
        """Unmount what is left and mount it again; the journal is replayed. Nobody may have a file open any more."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while subprocess.run([_program("umount"), str(self.folder)], check=False, capture_output=True).returncode:
            if time.monotonic() > deadline:
                raise CannotCut("the disk is busy after the cut")
            time.sleep(0.02)
        self._mount()

    def _mount(self) -> None:
        self._run("mount", "-o", "loop,noatime", str(self._image), str(self.folder))

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([_program(program), *arguments], check=False, capture_output=True, text=True)
        if done.returncode:
            raise CannotCut(f"{program}: {done.stderr.strip()}")


def why_not() -> str:
    """What keeps this machine from cutting a disk's power, or ""."""
    if os.geteuid() != 0:
        return "not root"
    missing = [name for name in ("mkfs.ext4", "mount", "umount") if not shutil.which(name, path=_PATH)]
    if missing:
        return f"no {', '.join(missing)}"
    try:
        with CuttableDisk() as disk:
            (disk.folder / "before").write_text("never synced")
            disk.cut()
            disk.restore()
    except (CannotCut, OSError) as failure:
        return str(failure)
    return ""


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _program(name: str) -> str:
    return shutil.which(name, path=_PATH) or name
