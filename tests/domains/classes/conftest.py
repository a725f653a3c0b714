import pytest

from tests.worlds.small_county import small_county


@pytest.fixture
def world(db):
    return small_county()
