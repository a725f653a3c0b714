"""Money is a whole number of fen (分). No float ever holds money."""

from collections.abc import Sequence


def yuan(amount_fen: int) -> str:
    """Return an amount for people: `3000 -> '30'`, `3050 -> '30.50'`, with thousands separated."""
    sign = "-" if amount_fen < 0 else ""
    whole, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}" if fen == 0 else f"{sign}{whole:,}.{fen:02d}"


def split_by_weights(amount_fen: int, weights: Sequence[int]) -> list[int]:
    """Split `amount_fen` in proportion to whole-number weights, exactly, by the largest-remainder method.

    Ties in the remainder go to the earlier weight, so that the same input always gives the same split.
    Raises ValueError when an amount or a weight is negative, or when all weights are zero.
    """
    total = sum(weights)
    if amount_fen < 0 or any(w < 0 for w in weights) or total <= 0:
        raise ValueError("a split needs an amount and weights of zero or more, and one weight above zero")
    shares = [amount_fen * w // total for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount_fen * weights[i] % total), i))
    for i in by_remainder[: amount_fen - sum(shares)]:
        shares[i] += 1
    return shares
