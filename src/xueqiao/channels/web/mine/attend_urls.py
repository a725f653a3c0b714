"""The address a session's rotating code leads to."""

from django.urls import path

from xueqiao.channels.web.mine import views

urlpatterns = [path("<str:token>/", views.attend, name="mine_attend")]
