from django.urls import include, path

urlpatterns = [
    path("", include("xueqiao.channels.web.urls")),
]
