"""A site of its own for the browser tests: the lively county on a database of its own, served by threads.

    python -m tests.browser.serve [PORT]     (DATABASE_URL names the migrated, empty database)

Prints one JSON line when it answers: url, pages (id -> path, opener), sessions (person -> cookie), and a few samples.
The clock stands at the world's evening. It ends when its standard input closes.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xueqiao.server.settings")
os.environ.setdefault("XUEQIAO_DEMO", "1")
os.environ.setdefault("XUEQIAO_MEDIA_FOLDER", tempfile.mkdtemp(prefix="xueqiao-media-"))


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.db import connections, transaction

    from tests.pages import PAGES
    from tests.worlds import lively
    from xueqiao.foundation import clock

    with clock.frozen(lively.NOW):
        with transaction.atomic():
            world = lively.lively_county()
        kept = back_from_wechat(world)
        sessions = {name: session_of(person, **kept.get(name, {})) for name, person in people_of(world).items()}
        pages = []
        for page in PAGES:
            pages.append({"id": page.id, "name": page.name, "opened_by": page.opened_by, "path": page.path(world)})
        connections.close_all()

        class Quiet(WSGIRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

        settings.ALLOWED_HOSTS = ["*"]
        port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
        server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        samples = {
            "free_run": world.free_run.code,
            "paid_run": world.paid_run.code,
            "full_run": world.full_run.code,
            "roll_session": world.roll_session.id,
            "elder_id": world.elder.id,
        } | extra_samples(world)
        answer = {
            "url": f"http://127.0.0.1:{server.server_address[1]}",
            "pages": pages,
            "sessions": sessions,
            "samples": samples,
            "session_cookie": settings.SESSION_COOKIE_NAME,
        }
        print(json.dumps(answer, ensure_ascii=False), flush=True)
        sys.stdin.read()
        server.shutdown()
        server.server_close()


def people_of(world: Any) -> dict[str, Any]:
    """The persons who sign in, by the names that tests/pages.py uses."""
    names = ("elder", "daughter", "rider", "teacher", "clerk", "officer", "province_officer")
    return {name: getattr(world, name) for name in names} | {
        "learner": world.learners[0],
        **{f"learner{number}": world.learners[number] for number in range(1, 6)},
        **{f"newcomer{number}": person for number, person in enumerate(world.newcomers)},
    }


def extra_samples(world: Any) -> dict[str, Any]:
    """Plain values of the world that journeys need."""
    from tests.worlds.small_county import add_person

    plain = {name: value for name, value in vars(world).items() if isinstance(value, str | int)}
    return plain | {
        "certificate": world.certificate.code,
        "roll_code": world.roll_run.code,
        "round_code": world.round.code,
        "round_classes": [each.run_code for each in world.round.runs],
        # Of their own: whoever sits in other classes may have reached the term's limit by what another test did.
        "village_learners": [add_person(name).code for name in ("方大娘", "石大伯", "田阿姨", "谷师傅")],
        "now": world.now.isoformat(),
    }


def back_from_wechat(world: Any) -> dict[str, dict[str, Any]]:
    """What the sessions keep of two who are about to pay inside WeChat: one in the rehearsal, one for real."""
    from django.urls import reverse

    from xueqiao.channels.web.pay.handoff import HANDOFF_KEY

    kept = {
        "payment": str(world.paying_inside.payment_uuid),
        "kind": "inside",
        "origin": reverse("pay_bill", args=[world.bill.uuid]),
        "parameters": {"appId": "wx8888888888888888", "package": "prepay_id=wx1"},
    }
    return {
        "daughter": {HANDOFF_KEY: kept | {"is_rehearsal": True}},
        "rider": {HANDOFF_KEY: kept | {"is_rehearsal": False}},
    }


def session_of(person: Any, **kept: Any) -> str:
    """A session as signing in would leave it, second factor included for staff; kept: what else it keeps."""
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from xueqiao.channels.web.gate import FACTOR_KEY
    from xueqiao.channels.web.sessions import BACKEND
    from xueqiao.domains.people.api import account_of_session

    request = HttpRequest()
    request.session = SessionStore()
    login(request, account_of_session(person.account.pk), backend=BACKEND)
    request.session[FACTOR_KEY] = True
    request.session.update(kept)
    request.session.save()
    return str(request.session.session_key)


if __name__ == "__main__":
    main()
