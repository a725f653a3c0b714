from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "xueqiao.domains.learning"
    label = "learning"
