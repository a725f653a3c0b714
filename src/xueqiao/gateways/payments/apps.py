from django.apps import AppConfig


class PaymentsGatewayConfig(AppConfig):
    name = "xueqiao.gateways.payments"
    label = "payment_gateway"
