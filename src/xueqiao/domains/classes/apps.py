from django.apps import AppConfig


class ClassesConfig(AppConfig):
    name = "xueqiao.domains.classes"
    label = "classes"
