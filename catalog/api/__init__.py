"""The API under /api/v1: what the pages can do, for programs. One blueprint a file, each operation guard, one call, one answer.

Who calls is known by a bearer token alone (`auth`): no cookie counts here, so there is nothing to forge. Errors are
problems by RFC 9457 (`problems`), a POST with an Idempotency-Key is done once (`idempotency`), and calls are counted by
token (`limits`).
"""
