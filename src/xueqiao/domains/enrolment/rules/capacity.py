"""How many seats a class must keep, pure."""


def fewest_seats(*, held: int, kept: int, taken: int, learners_min: int) -> int:
    """The smallest number of seats that takes none from anybody.

    held (of them `kept` for the waiting list) and taken are whole seats of the class; `learners_min` is the number it
    was announced to open with. Source: rule 7 of enrolment (a class opens at its minimum, so it has as many seats);
    that a place once given is not taken back by a smaller number is the platform's own promise (enrolment/README.md).

    >>> fewest_seats(held=3, kept=1, taken=10, learners_min=12)
    13
    """
    if not 0 <= kept <= held:
        raise ValueError("kept seats are held seats")
    return max(1, learners_min, held + taken)
