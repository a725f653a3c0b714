"""The finance desk of a unit."""

from django.urls import path

from xueqiao.channels.web.finance import views

urlpatterns = [
    path("", views.desk, name="finance_desk"),
    path("differences/<int:difference_id>/", views.difference, name="finance_difference"),
    path("money.xlsx", views.export, name="finance_export"),
]
