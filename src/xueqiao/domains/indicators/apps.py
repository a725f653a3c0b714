from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "xueqiao.domains.indicators"
    label = "indicators"
