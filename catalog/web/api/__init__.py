"""The API under /api/v1: what the pages can do, for programs. Each operation is a guard, one call, one answer. Only the bearer token identifies the caller (`frame.auth`). Cookies are ignored, so there is no cross-site forgery.
Errors follow RFC 9457 (`frame.problems`), a POST with an Idempotency-Key is carried out once (`frame.idempotency`), and calls are counted per token (`frame.limits`).
"""
