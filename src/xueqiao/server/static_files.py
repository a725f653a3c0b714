"""Static files collected once per version of their content: hashed names, compressed copies, a manifest."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from xueqiao.server.health import program_version

SOURCE = Path(__file__).resolve().parent.parent / "channels" / "web" / "static"


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names and gzip copies. No brotli: it makes the first start ten seconds longer for a few kilobytes."""

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=False, **options)


def static_folder(static: Path) -> Path:
    """Return the folder inside `static` for the present content; it may not exist yet."""
    digest = hashlib.sha256(program_version().encode())
    for file in sorted(SOURCE.rglob("*")):
        if file.is_file():
            state = file.stat()
            digest.update(f"{file.relative_to(SOURCE)}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return static / digest.hexdigest()[:16]


def collect(folder: Path) -> None:
    """Fill `folder` (which settings.STATIC_ROOT names) unless it is there already; older folders are removed."""
    if (folder / "staticfiles.json").exists():
        return
    from django.core.management import call_command  # noqa: PLC0415

    shutil.rmtree(folder, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
