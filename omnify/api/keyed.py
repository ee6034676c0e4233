"""Writes with an ``Idempotency-Key``: done once, and answered alike however often they are sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet
from django.utils.crypto import salted_hmac
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from omnify.idempotency import once
from omnify.services.registry import owner_of

REPLAYED = "Idempotency-Replayed"
_SALT = "omnify kept answer"


def answer_once(
    view: object, handle: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
) -> Response:
    """Run a view's handler in one transaction with the answer it gives, or give the kept answer.

    A refusal is raised after the transaction: what was written before it, such as a count
    of wrong tries, stays, as without a key. Only answers are kept, encrypted, since some hold
    secrets that are shown once.

    Raises:
        InProgressError, IdempotencyKeyReusedError: as ``once`` does.
    """
    owner = owner_of(request.path_info)
    if owner is None:
        return handle(request, *args, **kwargs)
    content = json.dumps([request.get_full_path(), request.data], default=str, sort_keys=True)
    digest = salted_hmac(_SALT, content, algorithm="sha256").hexdigest()
    operation = f"{type(view).__name__}.{(request.method or '').lower()}"
    refusal: Exception | None = None
    with once(owner.name, operation, digest, bytes) as slot:
        if slot.answer is not None:
            status, data = json.loads(_cipher().decrypt(slot.answer))
            return Response(data, status=status, headers={REPLAYED: "true"})
        try:
            response = handle(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - raised again below
            refusal = error
        else:
            body = JSONRenderer().render([response.status_code, response.data])
            slot.keep(_cipher().encrypt(body))
    if refusal is not None:
        raise refusal
    return response


def _cipher() -> Fernet:
    digest = salted_hmac(_SALT, "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
