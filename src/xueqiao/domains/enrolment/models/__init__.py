"""Tables, by subject."""

from xueqiao.domains.enrolment.models.seats import Place, SeatPool

__all__ = ["Place", "SeatPool"]
