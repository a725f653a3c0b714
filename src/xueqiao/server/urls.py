from django.urls import include, path

from xueqiao.channels.api.program import api

handler400 = "xueqiao.channels.web.refusals.bad_request"
handler403 = "xueqiao.channels.web.refusals.forbidden"
handler404 = "xueqiao.channels.web.refusals.not_found"
handler500 = "xueqiao.channels.web.refusals.server_error"

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("xueqiao.channels.web.urls")),
]
