from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings

from xueqiao.foundation import clock
from xueqiao.server import environment


class ServerConfig(AppConfig):
    name = "xueqiao.server"
    label = "server"

    def ready(self) -> None:
        from xueqiao.server import wiring  # noqa: PLC0415 - gateways may import models, which exist only now

        if settings.DEMO:
            clock.shift_by(timedelta(seconds=int(environment.CLOCK_OFFSET.read())))
        wiring.join()
