"""Joins gateways to the ports of the domains, and subscribers to events. The only place that knows both sides."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


def join() -> None:
    """Plug the gateways chosen by settings into the ports and load every domain's subscriptions."""
    for config in apps.get_app_configs():
        if config.name.startswith("xueqiao.domains.") and find_spec(f"{config.name}.subscriptions"):
            import_module(f"{config.name}.subscriptions")
