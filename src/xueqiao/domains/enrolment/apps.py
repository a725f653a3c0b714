from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "xueqiao.domains.enrolment"
    label = "enrolment"
