"""How fast the demo region is loaded: the lively size that `make up` shows, into an empty database."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bench.harness import LOWER, Result, bench, connected_to, own_database, result

SECONDS_MAX = 60.0


@bench("demo_load")
def demo_load() -> Iterator[Result]:
    """Rows per second and seconds of one load, migrations not counted."""
    from django.core.management import call_command

    from xueqiao.foundation import clock
    from xueqiao.server.demo.load import load_lively

    with own_database(os.environ["DATABASE_URL"], f"bench_{os.getpid()}_load") as url, connected_to(url):
        call_command("migrate", verbosity=0, interactive=False)
        loaded = load_lively(now=clock.now())
    yield result("demo load, lively", [loaded.rows / loaded.seconds], "rows/s")
    yield result("demo load, lively", [loaded.seconds], "s", aim=SECONDS_MAX, better=LOWER)
