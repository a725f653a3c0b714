"""The public API, /api/v1: one router per area, OpenAPI 3.1 at /api/v1/openapi.json.

A module `catalogue.py`, `classes.py`, ... beside this one holds `router = Router(tags=[...])` with whole paths
("/courses", "/courses/{code}"), or paths below the prefix named here. Signed in is the default (`auth=SIGNED_IN`); see
`callers` for the others. Bad bodies, refusals and missing things are answered as problem details (`problems`).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from ninja import NinjaAPI

from xueqiao.channels.api.callers import SIGNED_IN
from xueqiao.channels.api.problems import speak_problems

AREAS = {
    "waiting": "",
    "absences": "",
    "people": "",
    "catalogue": "",
    "classes": "",
    "enrolment": "",
    "rounds": "",
    "interviews": "",
    "returns": "",
    "rooms": "",
    "pay": "",
    "planning": "",
    "programmes": "",
    "vouchers": "",
    "enterprise": "",
    "bank": "",
    "points": "",
    "draws": "",
    "records": "",
    "passport": "",
    "conversions": "",
    "indicators": "/indicators",
}

api = NinjaAPI(
    title="Xueqiao API 学桥开放接口",
    version="1",
    description=(
        "Classes, seats, records and indicators of a region's lifelong education. "
        "Errors are RFC 9457 problem details; send Accept-Language: zh or en. "
        "Lists take page and page_size. Times are ISO 8601 with offset, money is whole fen, "
        "credits are whole hundredths, regions are 12-digit division codes."
    ),
    auth=SIGNED_IN,
    docs_url=None,
    urls_namespace="api",
)
speak_problems(api)
for area, prefix in AREAS.items():
    if find_spec(f"{__package__}.{area}"):
        api.add_router(prefix, import_module(f"{__package__}.{area}").router)
