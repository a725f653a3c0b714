"""Joins gateways to the ports of the domains, and subscribers to events. The only place that knows both sides."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


def join() -> None:
    """Plug the gateways chosen by settings into the ports; load every domain's events, subscriptions and jobs."""
    for config in apps.get_app_configs():
        if config.name.startswith(("xueqiao.foundation.", "xueqiao.domains.")):
            for room in ("events", "subscriptions", "jobs"):
                if find_spec(f"{config.name}.{room}"):
                    import_module(f"{config.name}.{room}")
