from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    name = "xueqiao.domains.incentives"
    label = "incentives"
