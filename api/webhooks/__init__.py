"""Landing Shopify's webhooks: verified, stored, answered; parsed elsewhere."""
