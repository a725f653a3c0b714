"""Whose rows a query may see.

Tables that hold people's data use a `ScopedQuerySet`. A query on them that never called `within(scope)` raises
`ScopeMissing` when it is about to touch the database: forgetting is an error, not a leak.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from xueqiao.foundation.region_code import RegionCode


class ScopeMissing(RuntimeError):
    """A query on people's data must say whose rows it may see: call .within(scope) first."""


@dataclass(frozen=True)
class Scope:
    """Closed region ranges and single persons whose rows may be seen; `everything` needs a stated reason."""

    ranges: tuple[tuple[int, int], ...] = ()
    person_ids: frozenset[int] = frozenset()
    everything_because: str = ""

    @classmethod
    def of_region(cls, *codes: int) -> Scope:
        """The subtrees of the given units."""
        return cls(ranges=tuple(sorted((RegionCode(c).low, RegionCode(c).high) for c in codes)))

    @classmethod
    def of_persons(cls, ids: Iterable[int]) -> Scope:
        """Single persons: oneself and those one acts for."""
        return cls(person_ids=frozenset(ids))

    @classmethod
    def everything(cls, because: str) -> Scope:
        """All rows. For jobs and rules that serve no person in particular; `because` is shown in reviews."""
        if not because:
            raise ValueError("seeing everything needs a reason")
        return cls(everything_because=because)

    @classmethod
    def nothing(cls) -> Scope:
        return cls()

    def has_region(self, code: int) -> bool:
        """True when the whole unit `code` lies inside one of the ranges."""
        unit = RegionCode(code)
        return bool(self.everything_because) or any(low <= unit.low and unit.high <= high for low, high in self.ranges)

    def has_person(self, person_id: int, region: int | None = None) -> bool:
        """True when the person is named in the scope, or lives at `region` inside one of its ranges."""
        if self.everything_because or person_id in self.person_ids:
            return True
        return region is not None and any(low <= region <= high for low, high in self.ranges)


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that refuses to run until it has been told whose rows it may see."""

    region_path: ClassVar[str] = "region"
    person_path: ClassVar[str] = ""
    _declared = False

    def within(self, scope: Scope) -> ScopedQuerySet:
        """Keep the rows in `scope` and mark the query as declared."""
        if scope.everything_because:
            queryset = self.all()
        else:
            wanted = Q(pk__in=[])
            for low, high in scope.ranges:
                wanted |= Q(**{f"{self.region_path}__range": (low, high)})
            if self.person_path and scope.person_ids:
                wanted |= Q(**{f"{self.person_path}__in": scope.person_ids})
            queryset = self.filter(wanted)
        queryset._declared = True
        return queryset

    def _clone(self) -> ScopedQuerySet:
        clone = super()._clone()  # type: ignore[misc]
        clone._declared = self._declared
        return clone

    def _require_scope(self) -> None:
        if not self._declared:
            raise ScopeMissing(f"{self.model.__name__}: call .within(scope) first")

    def _fetch_all(self) -> None:
        self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()
