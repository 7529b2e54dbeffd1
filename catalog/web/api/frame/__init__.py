"""What all operations of the API share: token, rate limit, idempotency key, and problems."""
