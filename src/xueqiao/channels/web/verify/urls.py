"""Verify a certificate without signing in."""

from django.urls import path

from xueqiao.channels.web.verify import views

urlpatterns = [
    path("", views.ask, name="verify_ask"),
    path("<str:code>/", views.answer, name="verify_code"),
]
