"""The ledger as sixty lines of plain Python: what the real one must agree with after every step."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX = 2**62
Line = tuple[str, str, int]


@dataclass
class Deed:
    inputs: tuple
    kind: str
    lines: list[Line]
    expires_at: int | None = None
    resolves: int | None = None
    ended: str | None = None


@dataclass
class ModelLedger:
    """Outcomes are the codes of the reasons, or "written" / "replay" with the number of the deed."""

    sources: tuple[str, ...]
    deeds: list[Deed] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    balances: dict[str, list[int]] = field(default_factory=dict)  # posted, held_out, held_in

    def post(self, key: str, lines: list[Line], memo: int, now: int) -> tuple[str, int | str | None]:
        return self._write(key, "direct", lines, memo, None, now)

    def hold(self, key: str, lines: list[Line], memo: int, expires_at: int, now: int) -> tuple[str, int | str | None]:
        return self._write(key, "held", lines, memo, expires_at, now)

    def end(self, kind: str, number: int | None, key: str, now: int) -> tuple[str, int | str | None]:
        if number is None:
            return "transfer_not_found", None
        deed, inputs = self.deeds[number], (kind, number)
        if key in self.keys:
            known = self.keys[key]
            return ("replay", known) if self.deeds[known].inputs == inputs else ("key_reused", None)
        if deed.kind != "held":
            return "not_a_hold", None
        if deed.ended:
            return "already_resolved", None
        if kind == "post" and deed.expires_at is not None and deed.expires_at <= now:
            return "hold_expired", None
        after = self._after(deed.lines, "direct")  # its floors were kept when it was held
        if kind == "post" and (large := sorted(name for name, b in after.items() if abs(b[0]) > MAX)):
            return "balance_too_large", large[0]
        deed.ended = kind
        for source, destination, amount in deed.lines:
            self._move(source, -amount if kind == "post" else 0, -amount, 0)
            self._move(destination, amount if kind == "post" else 0, 0, -amount)
        return "written", self._keep(key, Deed(inputs, kind, [], resolves=number))

    def sweep(self, now: int) -> list[int]:
        due = [(d.expires_at, n) for n, d in enumerate(self.deeds) if d.kind == "held" and not d.ended]
        return [self.end("expire", n, f"expire:{n}", now)[1] for at, n in sorted(d for d in due if d[0] <= now)]

    def _write(self, key, kind, lines, memo, expires_at, now):
        inputs = (kind, tuple(lines), memo, expires_at)
        if key in self.keys:
            known = self.keys[key]
            return ("replay", known) if self.deeds[known].inputs == inputs else ("key_reused", None)
        if expires_at is not None and expires_at <= now:
            return "time_not_allowed", None
        after = self._after(lines, kind)
        if (short := self._short(after)) is not None:
            return short
        self.balances.update(after)
        return "written", self._keep(key, Deed(inputs, kind, lines, expires_at))

    def _after(self, lines: list[Line], kind: str) -> dict[str, list[int]]:
        after: dict[str, list[int]] = {}
        for source, destination, amount in lines:
            leaving = after.setdefault(source, list(self.balances.get(source, [0, 0, 0])))
            arriving = after.setdefault(destination, list(self.balances.get(destination, [0, 0, 0])))
            leaving[0 if kind == "direct" else 1] += -amount if kind == "direct" else amount
            arriving[0 if kind == "direct" else 2] += amount
        return after

    def _short(self, after: dict[str, list[int]]) -> tuple[str, str] | None:
        for name, (posted, held_out, held_in) in sorted(after.items()):
            if max(abs(posted), held_out, held_in) > MAX:
                return "balance_too_large", name
            if posted < held_out and not name.startswith(self.sources):
                return "insufficient_balance", name
        return None

    def _move(self, name: str, posted: int, held_out: int, held_in: int) -> None:
        before = self.balances[name]
        self.balances[name] = [before[0] + posted, before[1] + held_out, before[2] + held_in]

    def _keep(self, key: str, deed: Deed) -> int:
        self.deeds.append(deed)
        self.keys[key] = len(self.deeds) - 1
        return self.keys[key]
