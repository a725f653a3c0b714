"""The pictures of the documentation, taken from the real pages: `python -m tests.browser.pictures [NAME ...]`.

Starts a throwaway database and the lively county, opens the pages in chromium, writes docs/pictures/NAME.png, each
below 120 kB. Run it when pages have changed; the pictures are committed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "pictures"
BYTES_MAX = 120_000
HEDE = "320924100000"
# name -> page id of tests/pages.py, mode, width, height (None: the whole page)
PICTURES: dict[str, tuple[str, str, int, int | None]] = {
    "home-standard-1280": ("public_home", "standard", 1280, 900),
    "home-elder-390": ("public_home", "elder", 390, 844),
    "find-standard-1280": ("public_find", "standard", 1280, 900),
    "class-standard-390": ("public_class", "standard", 390, 844),
    "class-elder-390": ("public_class", "elder", 390, 844),
    "enrol-check-standard-390": ("enrol_check", "standard", 390, 844),
    "enrol-done-standard-390": ("enrol_done", "standard", 390, 844),
    "mine-standard-390": ("mine_learning", "standard", 390, 844),
    "passport-standard-390": ("mine_passport", "standard", 390, 844),
    "verify-standard-390": ("verify_code", "standard", 390, 844),
    "roll-standard-390": ("teacher_roll", "standard", 390, 844),
    "centre-today-1280": ("centre_today", "standard", 1280, 900),
    "centre-open-1280": ("centre_open", "standard", 1280, 900),
    "authority-1280": ("authority_dashboard", "standard", 1280, 900),
}


def main(names: list[str]) -> int:
    """Take the named pictures, or all."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM_ARGUMENTS
    from tests.conftest import chromium
    from xueqiao.server.embedded_database import throwaway

    wanted = {name: PICTURES[name] for name in names} if names else PICTURES
    with throwaway(durable=False) as address:
        environment = os.environ | {
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "xueqiao.server.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "XUEQIAO_DEMO": "1",
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=environment, check=True, cwd=ROOT)
        command = [sys.executable, "-m", "tests.browser.serve"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as site:
            assert site.stdout is not None
            assert site.stdin is not None
            answer = json.loads(site.stdout.readline())
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
                for name, picture in wanted.items():
                    size = take(browser, answer, name, *picture)
                    print(f"{name}.png {size} bytes")
                browser.close()
            site.stdin.close()
    return 0


def take(browser: Any, site: dict[str, Any], name: str, page_id: str, mode: str, width: int, height: int | None) -> int:
    """Open one page as its person and write its picture; returns its size in bytes."""
    listed = next(page for page in site["pages"] if page["id"] == page_id)
    context = browser.new_context(
        base_url=site["url"],
        viewport={"width": width, "height": height or 844},
        device_scale_factor=2 if width < 600 else 1,
        service_workers="block",
        locale="zh-CN",
    )
    cookies = [
        {"name": "place", "value": HEDE, "url": site["url"]},
        {"name": "mode", "value": mode, "url": site["url"]},
    ]
    if listed["opened_by"] != "visitor":
        session = site["sessions"][listed["opened_by"]]
        cookies.append({"name": site["session_cookie"], "value": session, "url": site["url"]})
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(listed["path"])
    raw = page.screenshot(full_page=height is None)
    context.close()
    TARGET.mkdir(parents=True, exist_ok=True)
    for colours in (192, 128, 64, 32):
        out = BytesIO()
        Image.open(BytesIO(raw)).convert("RGB").quantize(colours).save(out, "PNG", optimize=True)
        if out.tell() <= BYTES_MAX:
            break
    else:
        raise ValueError(f"{name} is {out.tell()} bytes, more than {BYTES_MAX}")
    (TARGET / f"{name}.png").write_bytes(out.getvalue())
    return out.tell()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
