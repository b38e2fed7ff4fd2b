"""What the tenant endpoints take and give; no answer has room for a secret."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, Strict
from pydantic.alias_generators import to_camel

from api.schemas import Answer, Moment, Present

Text = Annotated[str, Strict()]


class TenantAnswer(Answer):
    """A connected shop."""

    id: str
    name: str
    shop_domain: str
    created_at: Moment


class TenantDetails(TenantAnswer):
    """A connected shop, and whether its data can be read."""

    has_access_token: bool
    status: Literal["active", "paused"]
    pause_reason: str | None = Field(description="Why its shop is not read; new credentials cure.")


class _Body(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, hide_input_in_errors=True
    )


class NewTenant(_Body):
    """A shop to connect."""

    name: Annotated[Text, Present]
    shop_domain: Annotated[Text, Present]
    webhook_secret: Annotated[SecretStr, Present]
    access_token: SecretStr | None = None
    client_id: SecretStr | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Alpine Tea",
                "shopDomain": "alpine-tea.myshopify.com",
                "webhookSecret": "the app's client secret",
                "accessToken": "shpat_…",
            }
        }
    )


class TenantChange(_Body):
    """What to change; null takes a credential away, what is left out stays."""

    name: Text | None = None
    webhook_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    client_id: SecretStr | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None

    model_config = ConfigDict(json_schema_extra={"example": {"accessToken": "shpat_…"}})


EXAMPLE = {
    "id": "1",
    "name": "Alpine Tea",
    "shopDomain": "alpine-tea.myshopify.com",
    "createdAt": "2026-03-01T09:30:00Z",
}
DETAILS_EXAMPLE = {
    **EXAMPLE,
    "hasAccessToken": True,
    "status": "active",
    "pauseReason": None,
}
