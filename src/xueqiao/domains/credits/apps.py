from django.apps import AppConfig


class CreditsConfig(AppConfig):
    name = "xueqiao.domains.credits"
    label = "credits"
