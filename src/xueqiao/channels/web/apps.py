from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "xueqiao.channels.web"
    label = "web"
