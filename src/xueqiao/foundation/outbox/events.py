"""What an event is, and how one travels through a JSON column and comes back equal."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar, TypeVar
from uuid import UUID

_AS_THEY_ARE = frozenset({type(None), bool, int, float, str})
_classes: dict[str, type[Event]] = {}
_subscribers: dict[str, dict[str, Subscriber]] = {}


@dataclasses.dataclass(frozen=True)
class Event:
    """A past-tense fact. Subclass it in a domain's `events.py` as a frozen dataclass of plain fields.

    Fields may be int, str, bool, float, None, date, datetime (aware), UUID, enums of those, and tuples of them. The
    name is the domain and the class: `xueqiao.domains.enrolment.events.PlaceConfirmed` is "enrolment.PlaceConfirmed".
    Names and fields are kept in the database: give a new field a default, never rename one.
    """

    event_name: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.event_name = f"{_domain_of(cls.__module__)}.{cls.__name__}"
        known = _classes.get(cls.event_name)
        if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events are called {cls.event_name}")
        _classes[cls.event_name] = cls


Subscriber = Callable[..., None]
E = TypeVar("E", bound=type[Event])
S = TypeVar("S", bound=Subscriber)


def subscribe(event_class: type[Event]) -> Callable[[S], S]:
    """Register `handler(event, *, now)` for `event_class`.

    The handler runs after the commit, in a transaction of its own, at least once and possibly again: it must be
    idempotent. Its stored name is domain and function name, so renaming one orphans what is still waiting for it.
    """

    def register(handler: S) -> S:
        name = f"{_domain_of(handler.__module__)}.{getattr(handler, '__name__', '')}"
        handlers = _subscribers.setdefault(event_class.event_name, {})
        other = handlers.get(name)
        if other is not None and other.__module__ != handler.__module__:
            raise TypeError(f"two subscribers are called {name}")
        handlers[name] = handler
        return handler

    return register


def subscribers_of(event_name: str) -> dict[str, Subscriber]:
    """Return the handlers by stored name, in order of registration."""
    return _subscribers.get(event_name, {})


def known_events() -> dict[str, type[Event]]:
    """Return every event class by name; the reference page of events is made from it."""
    return dict(sorted(_classes.items()))


def encode(event: Event) -> dict[str, Any]:
    """Return the event's fields as JSON-able values. Raises TypeError for a field that could not come back equal."""
    return {name: plain(getattr(event, name)) for name in _names_of(event.event_name)}


@cache
def _names_of(event_name: str) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(_classes[event_name]))


def decode(event_name: str, payload: dict[str, Any]) -> Event:
    """Return the event as it was recorded. Raises LookupError when this version of the program has no such event."""
    event_class = _classes.get(event_name)
    if event_class is None:
        raise LookupError(f"no event is called {event_name}")
    hints = typing.get_type_hints(event_class)
    names = {field.name for field in dataclasses.fields(event_class)}
    return event_class(**{name: _typed(value, hints[name]) for name, value in payload.items() if name in names})


def _domain_of(module: str) -> str:
    parts = module.split(".")
    for storey in ("domains", "foundation", "channels", "gateways"):
        if storey in parts[:-1]:
            return parts[parts.index(storey) + 1]
    return parts[-1]


def plain(value: Any) -> Any:
    """Return a field's value as JSON knows it. Raises TypeError for one that could not come back equal."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    raise TypeError(f"an event cannot carry a {type(value).__name__}")


def _typed(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _typed(value, next(part for part in typing.get_args(hint) if part is not type(None)))
    if origin in (tuple, list):
        return origin(_typed(item, typing.get_args(hint)[0]) for item in value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    if hint is UUID:
        return UUID(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
