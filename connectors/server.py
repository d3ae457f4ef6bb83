"""The web application: all doors under one roof, every failure a clear JSON error, every request measured."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import ConversationBusy, MessageRefused, StoreUnavailable
from connectors.errors import BadRequest, TooManyRequests
from connectors.requests import MAX_BODY_BYTES, error_response
from knowledge_base.errors import KnowledgeError, TariffNotFound

_LOG = structlog.get_logger(__name__)

REQUEST_SECONDS = Histogram(
    "gridtalk_request_seconds",
    "Time from request to response",
    ["route", "status"],
    buckets=(0.002, 0.004, 0.006, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
FAILED_REQUESTS = Counter("gridtalk_failed_requests_total", "Requests that ended in an unexpected error", ["route"])


def build_server(routes: Iterable[web.AbstractRouteDef], middlewares: Sequence[Middleware] = ()) -> web.Application:
    """Return the application over these routes; `middlewares` see every answer, refusals too."""
    application = web.Application(middlewares=[_measured, *middlewares, _guarded], client_max_size=MAX_BODY_BYTES + 1)
    application.add_routes(list(routes))
    return application


@web.middleware
async def _measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    started = time.perf_counter()
    route = request.match_info.route.resource
    name = route.canonical if route is not None else "unknown"
    response = await handler(request)
    REQUEST_SECONDS.labels(name, str(response.status)).observe(time.perf_counter() - started)
    return response


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into a JSON error; the text of a customer never reaches the log."""
    try:
        return await handler(request)
    except TooManyRequests as error:
        refusal = error_response(error.code, str(error), error.status)
        refusal.headers["Retry-After"] = str(math.ceil(error.wait_seconds))
        return refusal
    except BadRequest as error:
        return error_response(error.code, str(error), error.status)
    except MessageRefused as error:
        return error_response(error.code, str(error), 413 if error.code == "message_too_long" else 400)
    except TariffNotFound as error:
        return error_response("tariff_not_found", str(error), 422, error.available)
    except KnowledgeError as error:
        return error_response("invalid_request", str(error), 422, [])
    except ConversationBusy as error:
        return error_response("busy", str(error), 503)
    except StoreUnavailable as error:
        return error_response("store_unavailable", str(error), 503)
    except SQLAlchemyError:
        _LOG.exception("the store does not answer")
        return error_response("store_unavailable", "the store does not answer; send it again", 503)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        refusal = error_response(error.reason.lower().replace(" ", "_"), f"{error.status} {error.reason}", error.status)
        if "Allow" in error.headers:
            refusal.headers["Allow"] = error.headers["Allow"]
        return refusal
    except Exception:  # the boundary of a request: whatever is wrong inside must not show outside
        FAILED_REQUESTS.labels(request.path.split("/")[1] or "root").inc()
        _LOG.exception(
            "request failed", path=request.match_info.route.resource and request.match_info.route.resource.canonical
        )
        return error_response("internal_error", "something went wrong here; the message was not accepted", 500)
