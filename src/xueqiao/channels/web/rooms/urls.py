from django.urls import path

from xueqiao.channels.web.rooms import views

urlpatterns = [
    path("", views.choose, name="rooms_choose"),
    path("<str:code>/", views.day, name="rooms_day"),
    path("<str:code>/book/", views.book, name="rooms_book"),
]
