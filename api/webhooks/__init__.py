"""Landing Shopify's webhooks: verified, stored, answered; parsed elsewhere."""

PATH = "/api/v1/webhook/shopify"
