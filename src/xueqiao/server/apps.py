from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "xueqiao.server"
    label = "server"

    def ready(self) -> None:
        from xueqiao.server import wiring  # noqa: PLC0415 - gateways may import models, which exist only now

        wiring.join()
