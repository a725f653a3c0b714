from django.urls import path

from xueqiao.channels.web.signin import account, factor, views

urlpatterns = [
    path("sign-in/", views.phone, name="signin_phone"),
    path("sign-in/code/", views.code, name="signin_code"),
    path("sign-in/code/extend/", views.extend, name="signin_extend"),
    path("sign-in/profile/", views.profile, name="signin_profile"),
    path("sign-out/", views.sign_out, name="signin_out"),
    path("enter/<str:token>/", views.enter, name="signin_enter"),
    path("staff/factor/", factor.choose, name="signin_factor"),
    path("staff/factor/totp/", factor.totp, name="signin_totp"),
    path("staff/factor/totp/new/", factor.totp_new, name="signin_totp_new"),
    path("staff/factor/passkey/", factor.passkey, name="signin_passkey"),
    path("staff/factor/passkey/new/", factor.passkey_new, name="signin_passkey_new"),
    path("me/", account.me, name="signin_me"),
    path("me/home/", account.home, name="signin_home"),
    path("me/tokens/", account.tokens, name="signin_tokens"),
    path("me/tokens/<uuid:token_uuid>/withdraw/", account.withdraw, name="signin_token_withdraw"),
    path("me/leave-all/", account.leave_all, name="signin_leave_all"),
]
