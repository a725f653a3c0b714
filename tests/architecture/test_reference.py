"""The reference pages say what the program does: run `python -m xueqiao.server.reference` when one of these fails."""

import dataclasses
import inspect

import pytest

from xueqiao.server import reference


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    reference.prepare()
    return reference.pages()


@pytest.mark.parametrize("name", ["settings.md", "events.md", "reasons.md", "commands.md", "jobs.md"])
def test_a_reference_page_is_up_to_date(name: str, pages: dict[str, str]) -> None:
    assert (reference.FOLDER / name).read_text() == pages[name]


def test_every_command_and_job_says_what_it_does(pages: dict[str, str]) -> None:
    empty = [line for name in ("commands.md", "jobs.md") for line in pages[name].splitlines() if line.endswith("|  |")]
    assert empty == []


def test_every_job_takes_the_time_it_is_given(pages: dict[str, str]) -> None:
    from xueqiao.foundation.outbox.api import known_jobs

    deaf = [
        job.name
        for job in known_jobs().values()
        if (now := inspect.signature(job.function).parameters.get("now")) is None or now.kind is not now.KEYWORD_ONLY
    ]
    assert deaf == [], "write def job(*, now: datetime)"


def test_every_event_says_what_happened(pages: dict[str, str]) -> None:
    from xueqiao.foundation.outbox.api import known_events

    dumb = [
        name
        for name, event in known_events().items()
        if event.__module__.startswith("xueqiao.")
        and (not event.__doc__ or event.__doc__.startswith(f"{event.__name__}("))
        and dataclasses.is_dataclass(event)
    ]
    assert dumb == [], "dataclasses write their own docstring when there is none"
