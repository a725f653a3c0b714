from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "xueqiao.foundation.ledger"
    label = "ledger"
