from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "xueqiao.domains.institutions"
    label = "institutions"
