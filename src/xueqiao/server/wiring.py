"""Joins gateways to the ports of the domains, and subscribers to events. The only place that knows both sides."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings


def join() -> None:
    """Plug the gateways chosen by settings into the ports; load every domain's events, subscriptions and jobs."""
    for config in apps.get_app_configs():
        if config.name.startswith(("xueqiao.foundation.", "xueqiao.domains.", "xueqiao.server")):
            for room in ("events", "subscriptions", "jobs"):
                if find_spec(f"{config.name}.{room}"):
                    import_module(f"{config.name}.{room}")
    _plug_payments()
    _plug_messages()


def _plug_payments() -> None:
    """Cash at the counter always; online the ways the setting names: the rehearsal, or real merchants.

    The rehearsal stays plugged (without a way to choose it) when it is not named: its old payments still need it.
    """
    from xueqiao.domains.payments import api, ports  # noqa: PLC0415 - models exist only once the apps are ready
    from xueqiao.gateways.payments.counter import CounterGateway  # noqa: PLC0415
    from xueqiao.gateways.payments.rehearsal import RehearsalCashier, RehearsalGateway, RehearsalPayers  # noqa: PLC0415
    from xueqiao.server.payment_gateways import payer_lookups, real_gateways, wanted_gateways  # noqa: PLC0415

    rehearsal = RehearsalGateway(keep_secret=api.keep_gateway_secret, server_secret=settings.SECRET_KEY)
    if "rehearsal" not in wanted_gateways():
        rehearsal.methods = ()
    plugged: list[ports.PaymentGateway] = [*real_gateways(), rehearsal, CounterGateway()]
    ports.payment_gateways.plug({gateway.name: gateway for gateway in plugged})
    ports.payer_lookups.plug(payer_lookups() | {rehearsal.name: RehearsalPayers()})
    ports.rehearsal_desk.plug(RehearsalCashier(rehearsal))


def _plug_messages() -> None:
    """Messages on the screen in a rehearsal, through the operator's relay when one is set up, else none at all."""
    from xueqiao.domains.people.api import sms_gateway  # noqa: PLC0415 - models exist only once the apps are ready
    from xueqiao.gateways.messages.rehearsal import RehearsalGateway  # noqa: PLC0415

    if settings.DEMO or settings.SMS == "rehearsal":
        sms_gateway.plug(RehearsalGateway())
        return
    from xueqiao.gateways.messages.relay import NoGateway, RelayGateway  # noqa: PLC0415 - brings a whole HTTP client

    if settings.SMS == "relay":
        sms_gateway.plug(RelayGateway(settings.SMS_RELAY_URL, settings.SMS_RELAY_KEY))
    else:
        sms_gateway.plug(NoGateway())
