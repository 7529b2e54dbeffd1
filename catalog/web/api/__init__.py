"""The API under /api/v1: what the pages can do, for programs. Each operation is a guard, one call, one answer.

The caller is known by a bearer token alone (`frame.auth`): no cookie counts here, so there is nothing to forge.
Errors are problems by RFC 9457 (`frame.problems`), a POST with an Idempotency-Key is done once (`frame.idempotency`),
and calls are counted by token (`frame.limits`).
"""
