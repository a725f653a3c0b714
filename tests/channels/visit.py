"""A browser without a browser: the test client signed in as one person, at a stopped clock."""

from django.test import Client

from xueqiao.channels.web.gate import FACTOR_KEY
from xueqiao.domains.people.models import Account, Person


def signed_in(person: Person, *, staff: bool = False) -> Client:
    """A client with the person's session; `staff` has shown the second factor."""
    client = Client()
    client.force_login(Account.objects.get(person=person), backend="xueqiao.channels.web.sessions.AccountBackend")
    if staff:
        session = client.session
        session[FACTOR_KEY] = True
        session.save()
    return client
