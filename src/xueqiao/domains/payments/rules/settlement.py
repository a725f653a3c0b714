"""Pure rules of money held for delivery: what a delivered meeting earns, what a missing one gives back.

Whole fen throughout. `held_fen` is one payer's money that is neither released nor returned; `parts_left` the meetings
it still pays for. Source: 夜校按课时付费、上一次课结一次账; rounding is ours, so that no fen is lost or made.
"""


def released_for_one(held_fen: int, parts_left: int) -> int:
    """Return what one delivered meeting earns of a payer's held money: an even part rounded down; the last takes all.

    After any number of meetings what is held is never less than the exact even part of the meetings left, so that a
    refund in proportion is always covered. Raises ValueError without a meeting left.
    """
    if parts_left < 1 or held_fen < 0:
        raise ValueError("a release needs a part that waits and money of zero or more")
    return held_fen // parts_left


def returned_for_missing(held_fen: int, parts_missing: int, parts_left: int) -> int:
    """Return what goes back to a payer for meetings that never took place: all of their part, the odd fen with it."""
    if not 0 <= parts_missing <= parts_left or held_fen < 0:
        raise ValueError("missing parts are among those left")
    if not parts_left:
        return 0
    return held_fen - held_fen * (parts_left - parts_missing) // parts_left


def returned_by_fraction(left_fen: int, held_fen: int, part: int, whole: int) -> int:
    """Return what goes back to a payer besides the learner when `part` of `whole` of the learner's money goes back.

    left_fen: the payer's money not yet returned. To the nearest fen, half up, and never more than is held.
    """
    if not 0 <= part <= whole or whole < 1:
        raise ValueError("a fraction lies between nothing and all")
    return min(held_fen, (2 * left_fen * part + whole) // (2 * whole))
