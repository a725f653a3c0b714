"""Draws by program: what was published, its files, and one's own receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from xueqiao.channels.api.callers import actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.enrolment import api as enrolment

router = Router(tags=["draws 抽签"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem}


class FileOut(Schema):
    name: str
    bytes: int
    url: str


class DrawOut(Schema):
    code: str
    title: str
    state: str = Field(description="frozen, drawn or closed")
    wishes_close_at: datetime
    frozen_at: datetime | None
    entry_count: int
    list_sha256: str
    list_root: str
    freeze_sha256: str
    commitment: str
    source_kind: str
    source_name: str
    source_due_at: datetime
    source_value: str = Field(description="Empty until two people have typed it")
    drawn_at: datetime | None
    seed: str
    result_sha256: str
    withheld_because: str
    files: list[FileOut]


@router.get("/draws/{code}", auth=None, response={200: DrawOut, **_PROBLEMS}, summary="A draw and its published files")
def get_draw(request: HttpRequest, code: str) -> dict[str, Any]:
    view = enrolment.get_draw(code)
    base = f"/api/v1/draws/{view.code}/files/"
    return {
        **{
            name: getattr(view, name)
            for name in (
                *("code", "title", "state", "wishes_close_at", "frozen_at", "entry_count", "list_root", "commitment"),
                *("source_kind", "source_name", "source_due_at", "source_value", "drawn_at", "seed"),
                "withheld_because",
            )
        },
        "list_sha256": view.list_hash,
        "freeze_sha256": view.freeze_hash,
        "result_sha256": view.result_hash,
        "files": [
            {"name": name, "bytes": size, "url": request.build_absolute_uri(base + name)}
            for name, size in enrolment.published_names(view)
        ],
    }


@router.get("/draws/{code}/files/{name}", auth=None, response={404: Problem}, summary="A published file, or the zip")
def get_draw_file(request: HttpRequest, code: str, name: str) -> Any:
    path = enrolment.published_file(code, name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@router.get("/receipts/{uuid:entry_uuid}", response={200: dict[str, Any], **_PROBLEMS}, summary="One's own receipt")
def get_receipt(request: HttpRequest, entry_uuid: UUID) -> dict[str, Any]:
    return enrolment.access_receipt(actor=actor_of(request), entry_uuid=entry_uuid).content
