from django.urls import path

from xueqiao.channels.web.public import bank, views

urlpatterns = [
    path("", views.home, name="public_home"),
    path("find/", views.find, name="public_find"),
    path("courses/", views.courses, name="public_courses"),
    path("courses/<str:code>/", views.course, name="public_course"),
    path("courses/<str:code>/units/<int:number>/", views.unit, name="public_unit"),
    path("classes/<str:code>/", views.class_page, name="public_class"),
    path("open/credits/", bank.bank, name="public_bank"),
    path("place/", views.place, name="public_place"),
    path("mode/", views.mode, name="public_mode"),
]
