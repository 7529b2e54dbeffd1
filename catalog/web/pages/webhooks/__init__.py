"""Pages of webhooks: endpoints and the log of deliveries."""
