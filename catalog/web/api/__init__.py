"""The API under /api/v1: the functions of the pages for programs.

Each operation checks access, calls one service, and returns one response. Only the bearer token identifies the caller
(`frame.auth`). Cookies are ignored, so cross-site forgery is not possible. Errors follow RFC 9457 (`frame.problems`).
A POST with an Idempotency-Key runs once (`frame.idempotency`). Requests are counted per token (`frame.limits`).
"""
