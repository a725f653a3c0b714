from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "xueqiao.domains.people"
    label = "people"
