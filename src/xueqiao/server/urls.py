from django.conf import settings
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
if settings.VC_API:
    urlpatterns.insert(0, path("vc-api/", include("xueqiao.channels.web.verify.vc_api")))
