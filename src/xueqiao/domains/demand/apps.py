from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "xueqiao.domains.demand"
    label = "demand"
