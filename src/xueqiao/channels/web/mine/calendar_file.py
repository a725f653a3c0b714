"""Calendar files (RFC 5545): CRLF, lines folded at 75 octets, text escaped, an alarm an hour before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Xueqiao//Lifelong learning//ZH"


@dataclass(frozen=True)
class Meeting:
    """One entry. `uid` never changes for the same meeting, so that a second import replaces the first."""

    uid: str
    title: str
    place: str
    words: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool = False


def calendar_text(name: str, meetings: Iterable[Meeting], *, now: datetime) -> str:
    """Return a whole calendar. Times are written in UTC, which every program turns into the reader's zone."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for meeting in meetings:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{meeting.uid}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(meeting.starts_at)}",
            f"DTEND:{_utc(meeting.ends_at)}",
            f"SUMMARY:{escaped(meeting.title)}",
            f"LOCATION:{escaped(meeting.place)}",
            f"DESCRIPTION:{escaped(meeting.words)}",
            f"STATUS:{'CANCELLED' if meeting.is_cancelled else 'CONFIRMED'}",
        ]
        if not meeting.is_cancelled:
            lines += [
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                f"DESCRIPTION:{escaped(meeting.title)}",
                "TRIGGER:-PT1H",
                "END:VALARM",
            ]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + "\r\n" for line in lines)


def escaped(text: str) -> str:
    """Return TEXT with backslash, comma, semicolon and line ends escaped (RFC 5545, 3.3.11)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line folded at 75 octets, never inside a character (RFC 5545, 3.1)."""
    parts: list[str] = []
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > (75 if not parts else 74):
            parts.append(part)
            part, size = "", 0
        part, size = part + character, size + width
    return "\r\n ".join([*parts, part])


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
