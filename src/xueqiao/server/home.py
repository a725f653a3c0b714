"""The platform's own folder: database, secret key, media, backups and the clock of a demo region.

XUEQIAO_HOME names it; otherwise it is the user's data folder, or /var/lib/xueqiao for root. PostgreSQL refuses to run
as root, so for root another system user runs it and must be able to reach the folder. A folder inside a closed home
such as /root is refused rather than opened up: whoever closed it did not ask us to let others in.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import platformdirs

ROOT_FOLDER = Path("/var/lib/xueqiao")


class HomeUnreachable(RuntimeError):
    """The folder lies inside one that the database's system user may not enter."""


@dataclass(frozen=True)
class Region:
    """is_demo: synthetic people, entry by link. clock_offset: how far a demo runs ahead of real time."""

    is_demo: bool
    clock_offset: timedelta = timedelta(0)


@dataclass(frozen=True)
class Home:
    """Paths inside the platform's folder. Creating a Home creates nothing; `prepare` does."""

    folder: Path

    @classmethod
    def chosen(cls) -> Home:
        """Return the home named by XUEQIAO_HOME, or the default for this user."""
        named = os.environ.get("XUEQIAO_HOME")
        if named:
            return cls(Path(named).expanduser().resolve())
        if os.geteuid() == 0:
            return cls(ROOT_FOLDER)
        return cls(platformdirs.user_data_path("xueqiao", appauthor=False))

    @property
    def database(self) -> Path:
        return self.folder / "database"

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def static(self) -> Path:
        """Collected static files."""
        return self.folder / "static"

    @property
    def secret_key_file(self) -> Path:
        return self.folder / "secret_key"

    @property
    def region_file(self) -> Path:
        """What kind of region lives here: demo or real, and how far a demo runs ahead."""
        return self.folder / "region.json"

    @property
    def lock_file(self) -> Path:
        return self.folder / "up.lock"

    @property
    def running_file(self) -> Path:
        return self.folder / "running.json"

    def prepare(self) -> None:
        """Create the folder and its parts. Raises HomeUnreachable for root when a parent folder is closed to others."""
        existing = next(parent for parent in [self.folder, *self.folder.parents] if parent.exists())
        if os.geteuid() == 0:
            require_open_to_others(existing if existing != self.folder else existing.parent)
        self.folder.mkdir(parents=True, exist_ok=True)
        # Others may pass through to the database folder (when its server runs as another user) but not look around.
        self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for part in (self.media, self.backups, self.logs):
            part.mkdir(exist_ok=True)
            part.chmod(0o700)

    def region(self) -> Region | None:
        """Return what kind of region lives here, None before the first start."""
        try:
            said = json.loads(self.region_file.read_text())
        except FileNotFoundError:
            return None
        return Region(bool(said["is_demo"]), timedelta(seconds=int(said["clock_offset_seconds"])))

    def keep_region(self, region: Region) -> None:
        """Write down what kind of region lives here, whole or not at all."""
        said = {"is_demo": region.is_demo, "clock_offset_seconds": int(region.clock_offset.total_seconds())}
        write_whole(self.region_file, json.dumps(said))

    def secret_key(self) -> str:
        """Return the secret key, made at the first call and readable by its owner only."""
        try:
            handle = os.open(self.secret_key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self.secret_key_file.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        return self.secret_key_file.read_text().strip()


def write_whole(file: Path, text: str) -> None:
    """Replace `file` by `text` so that a reader, or a power cut, sees the old one or the new one."""
    making = file.with_name(file.name + ".making")
    with making.open("w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    making.replace(file)


def require_open_to_others(folder: Path) -> None:
    """Raise HomeUnreachable unless every user of the system may pass through `folder` and its parents."""
    for part in [folder, *folder.parents]:
        if not part.stat().st_mode & stat.S_IXOTH:
            raise HomeUnreachable(
                f"其他系统用户进不了 {part}，而数据库不能由 root 直接运行。请换一个文件夹，例如 "
                f"XUEQIAO_HOME={ROOT_FOLDER}。"
                f"（{part} is closed to other users, and PostgreSQL does not run as root. "
                f"Choose another folder, for example XUEQIAO_HOME={ROOT_FOLDER}.）"
            )
