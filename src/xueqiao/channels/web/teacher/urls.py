"""A teacher's day: sessions, roll call, rotating QR."""

from django.urls import path

from xueqiao.channels.web.teacher import views

urlpatterns = [
    path("", views.today, name="teacher_today"),
    path("sessions/<int:session_id>/roll/", views.roll, name="teacher_roll"),
    path("sessions/<int:session_id>/code/", views.code, name="teacher_code"),
]
