"""Writes with an ``Idempotency-Key``: done once, and answered alike however often they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from omnify.api.routes import Answered
from omnify.idempotency import once
from omnify.services.messages import shows_secret
from omnify.services.registry import owner_of

REPLAYED = "Idempotency-Replayed"


def answer_once(
    view: object, handle: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
) -> Response:
    """Run a view's handler in one transaction with the answer it gives, or give the kept answer.

    A refusal is raised after the transaction: what was written before it, such as a count
    of wrong tries, stays, as without a key. Only answers are kept, and of those that show a
    secret only the fact.

    Raises:
        InProgressError, IdempotencyKeyReusedError, AlreadyDoneError: as ``once`` does.
    """
    owner = owner_of(request.path_info)
    if owner is None:
        return handle(request, *args, **kwargs)
    content = json.dumps([request.get_full_path(), request.data], default=str, sort_keys=True)
    operation = f"{type(view).__name__}.{(request.method or '').lower()}"
    refusal: Exception | None = None
    with once(owner.name, operation, content, bytes) as slot:
        if slot.answer is not None:
            status, data = json.loads(slot.answer)
            return Response(data, status=status, headers={REPLAYED: "true"})
        try:
            response = handle(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - raised again below
            refusal = error
        else:
            if isinstance(response, Answered) and shows_secret(response.message):
                slot.keep_fact()
            else:
                slot.keep(JSONRenderer().render([response.status_code, response.data]))
    if refusal is not None:
        raise refusal
    return response
