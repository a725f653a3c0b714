from django.urls import path

from xueqiao.channels.web.help import views

urlpatterns = [
    path("help/", views.help_page, name="help_home"),
    path("styleguide/", views.styleguide, name="help_styleguide"),
    path("offline/", views.offline, name="help_offline"),
    path("sw.js", views.service_worker, name="help_service_worker"),
    path("manifest.webmanifest", views.manifest, name="help_manifest"),
]
