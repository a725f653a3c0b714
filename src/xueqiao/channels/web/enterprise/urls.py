"""Enterprises: the portal, the desk, the bank."""

from django.urls import path

from xueqiao.channels.web.enterprise import bank, desk, learners, portal

urlpatterns = [
    path("enterprise/", portal.home, name="enterprise_home"),
    path("enterprise/<uuid:enterprise_uuid>/", portal.one, name="enterprise_one"),
    path("enterprise/orders/<uuid:order_uuid>/", portal.order, name="enterprise_order"),
    path("enterprise/orders/<uuid:order_uuid>/learners/", learners.learners, name="enterprise_learners"),
    path("enterprise/learners-template/", learners.template, name="enterprise_learners_template"),
    path("demand/", desk.home, name="demand_desk"),
    path("demand/enterprises/<uuid:enterprise_uuid>/", desk.answer, name="demand_answer"),
    path("demand/orders/<uuid:order_uuid>/", desk.order, name="demand_order"),
    path("demand/refunds/<uuid:refund_uuid>/", bank.refund, name="demand_refund"),
    path("demand/bank/", bank.lines, name="demand_bank"),
    path("demand/bank/<int:line_id>/", bank.resolve, name="demand_bank_line"),
]
