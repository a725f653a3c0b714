from django.urls import path

from xueqiao.channels.web.programmes import staff, views

urlpatterns = [
    path("programmes/", views.programmes, name="public_programmes"),
    path("programmes/<str:code>/", views.programme, name="public_programme"),
    path("centre/programmes/", staff.programmes, name="centre_programmes"),
    path("centre/programmes/<str:code>/", staff.programme, name="centre_programme"),
]
