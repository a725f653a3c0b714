"""One bit per certificate, and nothing else that anybody could make of the list."""

import gzip
import random

import pytest

from xueqiao.domains.credits.signing import status_list
from xueqiao.domains.credits.signing.jose import decoded, encoded


def test_bits_are_where_the_recommendation_puts_them() -> None:
    """Section 2.1: the first place is the left-most bit; the list is packed by gzip, base64url, multibase "u"."""
    text = status_list.encoded_list([0, 9, 131_071])
    assert text[0] == "u"
    bits = gzip.decompress(decoded(text[1:]))
    assert (len(bits), bits[0], bits[1], bits[-1]) == (16_384, 0x80, 0x40, 0x01)
    assert status_list.encoded_list([9, 131_071, 0]) == text
    source = random.Random(1)
    places = set(source.sample(range(131_072), 5000))
    text = status_list.encoded_list(places)
    assert {place for place in range(0, 131_072, 7) if status_list.is_set(text, place)} == {
        place for place in places if place % 7 == 0
    }
    assert len(text) < status_list.ENCODED_LENGTH_MAX


def test_a_full_random_list_still_fits() -> None:
    source = random.Random(2)
    text = status_list.encoded_list(place for place in range(131_072) if source.random() < 0.5)
    assert 21_000 < len(text) < status_list.ENCODED_LENGTH_MAX


def test_what_is_no_list_is_refused_before_it_is_unpacked() -> None:
    bomb = "u" + encoded(gzip.compress(bytes(10_000_000)))
    assert len(bomb) < status_list.ENCODED_LENGTH_MAX
    for text in (
        bomb, "u" + encoded(gzip.compress(bytes(16_383))), "u" + encoded(gzip.compress(bytes(16_385))), "",
        "u", "uAAAA",
        "z" + status_list.encoded_list([1])[1:], "u" + "A" * 50_000, "u" + encoded(gzip.compress(bytes(16_384))[:-9]),
    ):  # fmt: skip
        with pytest.raises(status_list.BadList):
            status_list.is_set(text, 0)
    for place in (-1, 131_072):
        with pytest.raises(status_list.BadList):
            status_list.is_set(status_list.encoded_list([]), place)
        with pytest.raises(ValueError, match="no such place"):
            status_list.encoded_list([place])
