from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "xueqiao.domains.catalogue"
    label = "catalogue"
