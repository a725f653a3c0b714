"""`xueqiao up`, `stop` and `init`."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Annotated

import django
import psutil
import typer
from rich.console import Console

from xueqiao.server import launch
from xueqiao.server.embedded_database import EmbeddedDatabase
from xueqiao.server.home import Home
from xueqiao.server.supervisor import read_record

STOP_SECONDS_MAX = 60

console = Console(highlight=False)


def register(program: typer.Typer) -> None:
    program.command()(up)
    program.command()(stop)
    program.command()(init)


def up(
    port: Annotated[int, typer.Option(help="端口；被占用时取下一个空闲的。Port; the next free one if taken.")] = 8000,
    host: Annotated[str, typer.Option(help="监听地址。Address to listen on.")] = "127.0.0.1",
    demo: Annotated[
        bool | None,
        typer.Option("--demo/--no-demo", help="演示数据（首次默认）或正式使用。Demo (first-time default) or real use."),
    ] = None,
    may_show_demo: Annotated[
        bool, typer.Option("--i-know-this-is-a-demo", help="允许演示在本机以外开放。Let a demo listen beyond loopback.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="网站进程数。Web processes.")] = 1,
) -> None:
    """启动学桥：数据库、网站和后台任务。Start everything: database, site and worker."""
    began = time.monotonic()
    home = Home.chosen()
    home.prepare()
    wish = launch.Wish(host, port, demo, may_show_demo, workers)
    try:
        running = launch.address_of_running(home)
        if running is not None:
            console.print(f"学桥已经在运行：[bold]{running}[/]  Xueqiao is already running.")
            return
        with launch.lock(home) as is_mine:
            if not is_mine:
                raise launch.CannotStart("另一个 xueqiao up 刚刚开始。（Another start has just begun.）")
            _up(home, wish, began)
    except launch.CannotStart as reason:
        Console(stderr=True).print(f"[red]{reason}[/]", markup=True, highlight=False)
        sys.exit(2)


def _up(home: Home, wish: launch.Wish, began: float) -> None:
    from xueqiao.server import greeting  # noqa: PLC0415 - needs the environment

    def say(words: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.1f} s[/]  {words}")

    ended = launch.clean_up_after_kill(home)
    if ended:
        say(f"清理了上次遗留的 {ended} 个进程。  Ended {ended} processes left by a killed start.")
    region = launch.choose_region(home, wish)
    say(f"文件夹 {home.folder}  Folder")
    database = launch.start_database(home)
    say("数据库已就绪。  The database answers.")
    home.keep_region(region)
    launch.prepare_environment(home, region, wish)
    django.setup()
    try:
        if launch.prepare_schema():
            say("数据表已建好。  The schema is up to date.")
        launch.collect_static(home)
        if region.is_demo:
            greeting.load_demo_once(say)
        launch.serve(
            home, wish, database, say=say, greet=lambda address: greeting.greet(console, address, region, began)
        )
    finally:
        if database is not None:
            database.stop()


def stop() -> None:
    """停止正在运行的学桥。Stop what `up` started."""
    home = Home.chosen()
    running = read_record(home.running_file)
    with launch.lock(home) as is_mine:
        if is_mine:
            # Nobody is in charge: end what a killed start may have left, database included.
            launch.clean_up_after_kill(home)
            EmbeddedDatabase(home.database).stop()
            console.print("学桥没有在运行。  Nothing is running.")
            return
    if running is None or not psutil.pid_exists(running.supervisor):
        console.print("学桥正在启动，请稍后再试。  It is just starting; try again.")
        sys.exit(1)
    os.kill(running.supervisor, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while time.monotonic() < deadline:
        with launch.lock(home) as is_over:
            if is_over:
                console.print("学桥已停止，数据都在。  Stopped; all data is kept.")
                return
        time.sleep(0.2)
    console.print(f"{STOP_SECONDS_MAX} 秒了还没有停下，请看 {home.logs}。  Still stopping: see the logs.")
    sys.exit(1)


def init(
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="演示或正式。Demo or real.")] = False,
) -> None:
    """检查配置、连上数据库、建好数据表，然后退出。Check settings, reach the database, migrate, exit."""
    home = Home.chosen()
    home.prepare()
    try:
        region = launch.choose_region(home, launch.Wish(is_demo=demo if home.region() is None else None))
    except launch.CannotStart as reason:
        Console(stderr=True).print(f"[red]{reason}[/]", highlight=False)
        sys.exit(2)
    was_running = EmbeddedDatabase(home.database).is_running()
    database = launch.start_database(home)
    try:
        home.keep_region(region)
        launch.prepare_environment(home, region, launch.Wish())
        django.setup()
        changed = launch.prepare_schema()
        launch.collect_static(home)
    finally:
        if database is not None and not was_running:
            database.stop()
    console.print(
        "数据表已更新。  Migrated." if changed else "一切就绪，没有要改的。  Nothing to do.",
        f"文件夹 {home.folder}",
    )
