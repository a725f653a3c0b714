"""What crosses the door of enrolment about learners who go on with their series."""

from dataclasses import dataclass
from uuid import UUID

RETURN_KEY = "return:"  # begins the request key of a place claimed in the priority window


@dataclass(frozen=True)
class ReturnOption:
    """A class in which somebody may keep her seat without the draw. place_uuid: hers, once she has claimed it.
    terms_done of series_terms: how far she is. is_full: those who go on have taken all they may.
    """

    person_id: int
    run_id: int
    run_title: str
    from_title: str
    terms_done: int
    series_terms: int
    is_full: bool
    place_uuid: UUID | None = None
