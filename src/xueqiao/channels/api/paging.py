"""One way to page through every list: ?page=1&page_size=20 in, items + total + the next page's number out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from ninja import Field, Schema

T = TypeVar("T")
PAGE_SIZE_MAX = 100


class PageQuery(Schema):
    """The query of every list. `offset` for slices."""

    page: int = Field(1, ge=1, le=10_000)
    page_size: int = Field(20, ge=1, le=PAGE_SIZE_MAX)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


class Page(Schema, Generic[T]):
    """A page of a list. next_page: None on the last one."""

    items: list[T]
    total: int
    page: int
    page_size: int
    next_page: int | None = None


def page_of(items: Sequence[Any], total: int, query: PageQuery) -> dict[str, Any]:
    """Build the answer from the items of this page and the number of all of them."""
    is_last = query.page * query.page_size >= total
    return {
        "items": list(items),
        "total": total,
        "page": query.page,
        "page_size": query.page_size,
        "next_page": None if is_last else query.page + 1,
    }
