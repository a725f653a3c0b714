from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "xueqiao.foundation.audit"
    label = "audit"
