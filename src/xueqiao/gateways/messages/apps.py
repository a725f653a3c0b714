from django.apps import AppConfig


class MessagesGatewayConfig(AppConfig):
    name = "xueqiao.gateways.messages"
    label = "message_gateway"
