from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "xueqiao.foundation.regions"
    label = "regions"
