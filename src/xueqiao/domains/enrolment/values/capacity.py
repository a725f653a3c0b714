"""What crosses the door about how many seats a class has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SeatLimits:
    """The seats of one class and how far they can be changed.

    kept: of the held ones, those that wait for the line. least: fewer would take a seat from somebody, or from the
    minimum the class opens with. most: what the smallest coming room holds. room_name: that room, "" when nothing is to
    come. promised_by: title of the round whose published seats forbid fewer, or "".
    """

    capacity: int
    held: int
    taken: int
    kept: int
    waiting: int
    learners_min: int
    least: int
    most: int
    room_name: str
    promised_by: str = ""

    @property
    def left(self) -> int:
        return self.capacity - self.held - self.taken
