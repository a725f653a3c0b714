from django.urls import include, path

from xueqiao.channels.web.centre import cash, claims, conversions, counter
from xueqiao.channels.web.enrol import hardship
from xueqiao.channels.web.enrol import views as enrol_views
from xueqiao.channels.web.mine import shares
from xueqiao.channels.web.rooms import views as room_views
from xueqiao.channels.web.verify import views as verify_views

urlpatterns = [
    path("", include("xueqiao.channels.web.draws.urls")),
    path("", include("xueqiao.channels.web.public.urls")),
    path("", include("xueqiao.channels.web.programmes.urls")),
    path("enrol/", include("xueqiao.channels.web.enrol.urls")),
    path("rush/", include("xueqiao.channels.web.rush.urls")),
    path("pay/", include("xueqiao.channels.web.pay.urls")),
    path("mine/places/<uuid:place_uuid>/withdraw/", enrol_views.withdraw, name="enrol_withdraw"),
    path("rooms/", include("xueqiao.channels.web.rooms.urls")),
    path("mine/rooms/", room_views.mine, name="mine_rooms"),
    path("centre/rooms/", room_views.desk, name="centre_room_bookings"),
    path("centre/rooms/<uuid:uuid>/answer/", room_views.answer, name="centre_room_answer"),
    path("mine/places/<uuid:place_uuid>/hardship/", hardship.ask, name="enrol_hardship"),
    path("centre/refunds/", hardship.inbox, name="centre_hardship"),
    path("centre/refunds/<uuid:request_uuid>/", hardship.decide, name="centre_hardship_decide"),
    path("centre/refunds/papers/<int:evidence_id>/", hardship.evidence, name="centre_hardship_paper"),
    path("centre/conversions/", conversions.desk, name="centre_conversions"),
    path("centre/conversions/<uuid:conversion_uuid>/confirm/", conversions.confirm, name="centre_conversion_confirm"),
    path("centre/conversions/<uuid:conversion_uuid>/refuse/", conversions.refuse, name="centre_conversion_refuse"),
    path("centre/conversions/<uuid:conversion_uuid>/reverse/", conversions.reverse, name="centre_conversion_reverse"),
    path("centre/claims/", claims.desk, name="centre_claims"),
    path("centre/claims/<uuid:claim_uuid>/accept/", claims.accept, name="centre_claim_accept"),
    path("centre/claims/<uuid:claim_uuid>/judge/", claims.judge, name="centre_claim_judge"),
    path("centre/claims/papers/<uuid:evidence_uuid>/", claims.paper, name="centre_claim_paper"),
    path("attend/", include("xueqiao.channels.web.mine.attend_urls")),
    path("mine/", include("xueqiao.channels.web.mine.place_urls")),
    path("mine/", include("xueqiao.channels.web.mine.urls")),
    path("family/", include("xueqiao.channels.web.family.urls")),
    path("", include("xueqiao.channels.web.signin.urls")),
    path("centre/counter/", counter.desk, name="centre_counter"),
    path("centre/counter/worth/", counter.worth_paper, name="centre_counter_worth"),
    path("centre/cash/", cash.box, name="centre_cash"),
    path("centre/cash/<uuid:day_uuid>/", cash.day, name="centre_cash_day"),
    path("", include("xueqiao.channels.web.points.urls")),
    path("", include("xueqiao.channels.web.enterprise.urls")),
    path("agreements/", include("xueqiao.channels.web.agreements.urls")),
    path("", include("xueqiao.channels.web.payroll.urls")),
    path("", include("xueqiao.channels.web.schemes.urls")),
    path("finance/", include("xueqiao.channels.web.finance.urls")),
    path("centre/", include("xueqiao.channels.web.centre.line_urls")),
    path("centre/", include("xueqiao.channels.web.centre.urls")),
    path("teacher/", include("xueqiao.channels.web.teacher.urls")),
    path("authority/", include("xueqiao.channels.web.authority.urls")),
    path("shared/<str:token>/", shares.shared, name="shared_certificates"),
    path("status/<int:number>/<slug:purpose>/", verify_views.status_list, name="status_list"),
    path("verify/", include("xueqiao.channels.web.verify.urls")),
    path("rounds/", include("xueqiao.channels.web.rounds.urls")),
    path("", include("xueqiao.channels.web.help.urls")),
]
