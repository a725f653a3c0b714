from django.urls import path

from xueqiao.channels.web.rush import views

urlpatterns = [
    path("<str:class_code>/", views.room, name="rush_room"),
    path("<str:class_code>/hold/", views.hold, name="rush_hold"),
    path("<str:class_code>/leave/", views.leave, name="rush_leave"),
]
