"""A browser without a browser: the test client signed in as one person, before or after the second factor."""

from django.test import Client

from tests import signing_in
from xueqiao.domains.people.models import Person


def signed_in(person: Person, *, staff: bool = False) -> Client:
    """A client with the person's session; `staff` has shown the second factor."""
    return signing_in.signed_in(person, factor_passed=staff)
