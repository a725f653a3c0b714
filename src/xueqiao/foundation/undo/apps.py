from django.apps import AppConfig


class UndoConfig(AppConfig):
    name = "xueqiao.foundation.undo"
    label = "undo"
