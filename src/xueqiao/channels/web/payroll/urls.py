"""Contracts at the desk, pay at the finance desk, a teacher's own pay."""

from django.urls import path

from xueqiao.channels.web.payroll import contracts, mine, views

urlpatterns = [
    path("centre/contracts/", contracts.listed, name="payroll_contracts"),
    path("centre/contracts/<uuid:contract_uuid>/", contracts.one, name="payroll_contract"),
    path("finance/pay/", views.month, name="payroll_month"),
    path("finance/pay.xlsx", views.workbook, name="payroll_workbook"),
    path("finance/pay.csv", views.csv_file, name="payroll_csv"),
    path("finance/pay/<uuid:slip_uuid>/", views.slip, name="payroll_slip"),
    path("mine/pay/", mine.overview, name="mine_pay"),
    path("mine/pay/<uuid:slip_uuid>/", mine.slip, name="mine_pay_slip"),
]
