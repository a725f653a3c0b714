"""A port is what a domain needs from outside; the server plugs one gateway into it at start."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Port(Generic[T]):
    """A named socket for one implementation of a Protocol.

    A domain declares `sms_gateway: Port[SmsGateway] = Port("people.sms")` in its `ports.py`; the server calls `plug`
    once; the domain calls `use()`, which raises when nothing was plugged in rather than doing nothing quietly.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._gateway: T | None = None

    def plug(self, gateway: T) -> None:
        self._gateway = gateway

    def use(self) -> T:
        if self._gateway is None:
            raise LookupError(f"no gateway is plugged into the port {self.name!r}")
        return self._gateway
