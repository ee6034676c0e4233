"""How a view's method is declared: who may, what it takes, what it answers, in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from itertools import chain
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnify.api.files import MEDIA_TYPES, CsvFile, Text, csv_response, text_response
from omnify.api.pagination import Page, PageQuery, Results, list_of
from omnify.api.parsing import has_files, parse, parse_parameters
from omnify.identity.permissions import PUBLIC
from omnify.services.messages import Message

_OK, _NO_CONTENT = 200, 204
_WITH_BODY = ("post", "put", "patch")
#: So many characters at least, where there is one at all.
_SUMMARY, _DESCRIPTION = 8, 20
#: Status to the messages that may come with it, none where there is no body.
Answers = dict[int, tuple[type[Message], ...]]


class Answer(NamedTuple):
    """What a handler returns where the type does not tell the status, or headers are needed."""

    status: int
    message: Message | None = None
    headers: dict[str, str] | None = None


class Answered(Response):
    """An HTTP response that carries an answer's message, for what depends on its fields."""

    def __init__(self, answer: Answer) -> None:
        self.message = answer.message
        body = None if answer.message is None else msgspec.to_builtins(answer.message)
        super().__init__(body, status=answer.status, headers=answer.headers)


class Nothing(Message):
    """The parameters of a route that has none."""


class Route(NamedTuple):
    """What a method of a view declares.

    ``calls`` is how many calls of other services a request may cause, in all depths;
    ``others_pass`` whether fields and parameters pass that its messages do not know.
    """

    access: str
    description: str
    body: type[Message] | None
    query: type[Message]
    answers: Answers
    calls: int
    others_pass: bool

    @property
    def has_files(self) -> bool:
        """Return whether the body is a form with files."""
        return self.body is not None and has_files(self.body)

    @property
    def messages(self) -> Iterator[type[Message]]:
        """Return the messages of all answers."""
        return chain.from_iterable(self.answers.values())

    @property
    def is_list(self) -> bool:
        """Return whether the answer is a list of rows."""
        return any(issubclass(each, Results) for each in self.messages)

    @property
    def page_parameters(self) -> tuple[str, ...]:
        """Return the parameters of an answer in pages, none of other answers."""
        is_paged = any(issubclass(each, Page) for each in self.messages)
        return PageQuery.__struct_fields__ if is_paged else ()


def route(  # noqa: PLR0913 - one argument for each thing that a route says
    access: str,
    *,
    summary: str,
    description: str = "",
    answers: dict[int, Any] | None = None,
    status: int = _OK,
    calls: int = 0,
    others_pass: bool = False,
    **schema: Any,
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    """Declare a method of a ``ServiceView``; its handler takes messages and returns one.

    The handler's signature says the rest. Its first message is the body (GET and DELETE have none),
    the next one the query; the path's parameters follow by name. What it returns is the answer: a
    message, ``Page[X]`` or ``Results[X]`` of them, a ``CsvFile``, a ``Text``, or None where there
    is no body.
    Where several are possible, ``answers`` tells their statuses, and the handler returns one of the
    messages, whose type tells the status, or an ``Answer``.

    Args:
        access: a permission, or a word of ``omnify.identity.permissions``.
        summary: what it does, in a few words.
        description: what surprises, in sentences.
        answers: status to message, None for no body, ``X | Y`` for either.
        status: the status of the answer that the signature tells.
        calls: how many calls of other services a request may cause at most, in all depths.
        others_pass: whether fields and parameters pass that the messages do not know, because
            somebody else than our client makes up the request.
        schema: more of drf-spectacular's ``extend_schema``.
    """
    if len(summary) < _SUMMARY or 0 < len(description) < _DESCRIPTION:
        raise TypeError(f"'{summary}': say what it does, and in a sentence what surprises")
    if access == PUBLIC:
        schema["auth"] = []

    def decorate(handler: Callable[..., Any]) -> Callable[..., HttpResponse]:
        hints = get_type_hints(handler)
        body, query = _taken(handler.__name__, hints)
        told = _types_of(answers or _told(hints["return"], status))
        declared = Route(access, description, body, query, told, calls, others_pass)

        @wraps(handler)
        def handle(view: Any, request: Request, **path: Any) -> HttpResponse:
            return _respond(handler(view, *_read(declared, request), **path), declared)

        handle.route = declared  # type: ignore[attr-defined]
        document = extend_schema(
            summary=summary,
            parameters=_parameters(declared),
            request={"multipart/form-data": body} if declared.has_files else body,
            responses=dict(_documented(declared)),
            **schema,
        )
        return document(handle)

    return decorate


def _taken(method: str, hints: dict[str, Any]) -> tuple[type[Message] | None, type[Message]]:
    """Return the messages of the body and the query that a handler takes."""
    taken = [
        hint
        for name, hint in hints.items()
        if name != "return" and isinstance(hint, type) and issubclass(hint, Message)
    ]
    body = taken.pop(0) if method in _WITH_BODY and taken else None
    return body, (taken[0] if taken else Nothing)


def _told(answer: Any, status: int) -> dict[int, Any]:
    """Return what a handler's signature tells of its answer."""
    if answer is type(None):
        return {_NO_CONTENT if status == _OK else status: None}
    return {status: answer}


def _types_of(answers: dict[int, Any]) -> Answers:
    def concrete(answer: Any) -> tuple[type[Message], ...]:
        if isinstance(answer, UnionType):
            return get_args(answer)
        if get_origin(answer) in (Page, Results):
            return (list_of(get_origin(answer), *get_args(answer)),)
        return () if answer is None else (answer,)

    return {status: concrete(answer) for status, answer in answers.items()}


def _read(declared: Route, request: Request) -> list[Message]:
    """Return the body and the query, as far as the route has them."""
    others = declared.page_parameters
    if declared.others_pass:
        others = tuple(set(request.query_params) - set(declared.query.__struct_encode_fields__))
    query = parse_parameters(declared.query, request.query_params, others=others)
    read = [] if declared.body is None else [parse(declared.body, _body_of(declared, request))]
    if declared.body is None and (request.method or "").lower() in _WITH_BODY:
        parse(Nothing, request.data)
    return read if declared.query is Nothing else [*read, query]


def _body_of(declared: Route, request: Request) -> Any:
    """Return what was sent, without what the body's message does not know where that may pass."""
    data = request.data
    if not (declared.others_pass and declared.body and isinstance(data, Mapping)):
        return data
    return {name: data[name] for name in declared.body.__struct_encode_fields__ if name in data}


def _respond(answer: Any, declared: Route) -> HttpResponse:
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, CsvFile):
        return csv_response(answer)
    if isinstance(answer, Text):
        return text_response(answer)
    if not isinstance(answer, Answer):
        answer = Answer(_status_of(answer, declared), answer)
    return Answered(answer)


def _status_of(answer: Any, declared: Route) -> int:
    for status, messages in declared.answers.items():
        if answer is None and not messages:
            return status
        if any(_fits(answer, each) for each in messages):
            return status
    raise TypeError(f"{type(answer).__name__} is none of the route's answers {declared.answers}")


def _fits(answer: Any, message_type: type[Message]) -> bool:
    is_list = isinstance(answer, Results) and issubclass(message_type, Results)
    return is_list or isinstance(answer, message_type)


def _documented(declared: Route) -> Iterator[tuple[Any, Any]]:
    """Yield each status, with the media type of a file, and what the document says of it."""
    for status, messages in declared.answers.items():
        as_text = [MEDIA_TYPES[each] for each in messages if each in MEDIA_TYPES]
        if as_text:
            yield (status, as_text[0]), OpenApiTypes.STR
        else:
            yield status, _shown(messages)


def _shown(messages: tuple[Any, ...]) -> Any:
    """Return what the document says of an answer: one message, one of several, or nothing."""
    if len(messages) > 1:
        name = "Or".join(each.__name__ for each in messages)
        return PolymorphicProxySerializer(name, messages, resource_type_field_name=None)
    return messages[0] if messages else None


def _parameters(declared: Route) -> list[Any]:
    query = [] if declared.query is Nothing else [declared.query]
    return [*query, *([PageQuery] if declared.page_parameters else [])]
