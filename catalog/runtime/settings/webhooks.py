"""The settings of webhooks, a part of `Settings`."""

from ipaddress import IPv4Network, IPv6Network

from pydantic import Field
from pydantic_settings import BaseSettings

from catalog.runtime.settings.value_types import Separated


class WebhookSettings(BaseSettings):
    """How webhooks are sent, and where to."""

    webhook_allow: Separated[IPv4Network | IPv6Network] = Field(
        [], description="Comma-separated private networks that webhooks may reach, on any port, also by http."
    )
    webhook_ports: Separated[int] = Field(
        [], description="Comma-separated ports that webhooks may reach in addition to 80 and 443."
    )
    webhook_http: bool = Field(False, description="yes: webhooks may also be sent to public addresses without TLS.")
    webhook_retry_seconds: Separated[float] = Field(
        [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400],
        min_length=1,
        description="Comma-separated seconds before each attempt of a delivery, including the first.",
    )
    webhook_connect_seconds: float = Field(
        5, gt=0, description="Seconds that a webhook's receiver may take to accept a connection."
    )
    webhook_total_seconds: float = Field(
        15, gt=0, description="Seconds that one attempt may take, from the DNS lookup to the end of the response."
    )
    webhook_lease_seconds: float = Field(
        45,
        gt=0,
        description="Seconds without a sign of life from a dispatcher after which another takes over its deliveries."
        " Must be longer than CATALOG_WEBHOOK_TOTAL_SECONDS.",
    )
    webhook_poll_seconds: float = Field(
        0.5, gt=0, description="Seconds between two checks of the dispatcher for due deliveries."
    )
    webhook_pause_seconds: float = Field(
        5,
        gt=0,
        description="Seconds of the first pause after five failures in a row;"
        " each further pause is twice as long, up to sixty times this value.",
    )
    webhook_disable_seconds: float = Field(
        5 * 24 * 3600, gt=0, description="Seconds of nothing but failures after which a webhook is disabled."
    )
    webhook_threads: int = Field(500, gt=0, description="Deliveries that one dispatcher sends at once.")
    webhook_keep_days: float = Field(30, gt=0, description="Days that events and deliveries are kept.")
