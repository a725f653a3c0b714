"""Verify a certificate without signing in."""

from django.urls import path

from xueqiao.channels.web.verify import views

urlpatterns = [
    path("", views.ask, name="verify_ask"),
    path("keys/", views.keys, name="verify_keys"),
    path("offline.html", views.offline, name="verify_offline"),
    path("keys.json", views.keys_file, name="verify_keys_file"),
    path("<str:code>/receipt.json", views.receipt, name="verify_receipt"),
    path("<str:code>/", views.answer, name="verify_code"),
]
