from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "xueqiao.foundation.outbox"
    label = "outbox"
