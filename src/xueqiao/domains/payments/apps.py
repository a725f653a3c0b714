from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "xueqiao.domains.payments"
    label = "payments"
