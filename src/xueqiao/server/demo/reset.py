"""Empties a demo region: the whole schema goes and is made anew, for a ledger forbids deleting its rows.

So do the folders of its draws: a new region numbers its rounds from one again.
"""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from xueqiao.foundation.regions.api import forget_names
from xueqiao.server.demo.errors import NotADemo


def reset() -> None:
    """Drop every table and migrate again. Raises NotADemo outside demo mode, before anything is touched."""
    if not settings.DEMO:
        raise NotADemo
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")  # a running site holds locks: say so instead of waiting for ever
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("RESET lock_timeout")
    connection.close()
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "draws", ignore_errors=True)
    forget_names()
    call_command("migrate", verbosity=0, interactive=False)
