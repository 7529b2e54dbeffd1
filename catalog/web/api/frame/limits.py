"""The rate limit of a token, counted in Redis over all processes. Without Redis there is no limit."""

from contextlib import suppress
from time import time

from flask import Flask, Response, current_app, g
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import Redis, RedisError

from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.problems import Problem
from catalog.web.http.requests import current_settings

NAMESPACE = "catalog:api"


def install(app: Flask, redis: Redis) -> None:
    """Use this Redis client for counting."""
    storage = RedisStorage("redis://", redis.connection_pool)
    app.extensions["api_limiter"] = SlidingWindowCounterRateLimiter(storage)


def check() -> None:
    """Count this request. Raises Problem: too_many."""
    settings = current_settings()
    limiter: SlidingWindowCounterRateLimiter = current_app.extensions["api_limiter"]
    item = RateLimitItemPerMinute(settings.api_rate, namespace=NAMESPACE)
    key = str(caller().token_id)
    with suppress(RedisError):  # without a count there is no limit
        fine = limiter.hit(item, key)
        stats = limiter.get_window_stats(item, key)
        g.api_limit = (settings.api_rate, stats.remaining, stats.reset_time)
        if not fine:
            wait = max(1, round(stats.reset_time - time()))
            detail = f"At most {settings.api_rate} requests a minute."
            raise Problem("too_many", detail, headers={"Retry-After": str(wait)})


def tell(response: Response) -> Response:
    """Add the headers: allowed requests a minute, how many are left, and the time of the reset (seconds since 1970)."""
    if "api_limit" in g:
        most, left, reset = g.api_limit
        response.headers["X-RateLimit-Limit"] = str(most)
        response.headers["X-RateLimit-Remaining"] = str(left)
        response.headers["X-RateLimit-Reset"] = str(round(reset))
    return response
