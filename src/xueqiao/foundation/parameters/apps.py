from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "xueqiao.foundation.parameters"
    label = "parameters"
