from django.urls import path

from xueqiao.channels.web.centre import views

urlpatterns = [
    path("", views.today, name="centre_today"),
    path("links/<uuid:link_uuid>/confirm/", views.confirm_link, name="centre_confirm_link"),
    path("open/", views.open_class, name="centre_open"),
    path("runs/<str:code>/", views.run_page, name="centre_run"),
    path("runs/<str:code>/publish/", views.publish, name="centre_publish"),
]
