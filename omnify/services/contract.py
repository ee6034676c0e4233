"""Declare what a service offers to others: an interface class, compiled and checked at import."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, get_type_hints

import msgspec

from omnify.exceptions import OmnifyError
from omnify.services.messages import find_type_problems

F = TypeVar("F", bound=Callable[..., Any])


class ContractError(TypeError):
    """A contract breaks the rules for messages, or a facade does not match its contract."""


class Policy(msgspec.Struct, frozen=True):
    """How a method may be called: whether again, for how long, how often."""

    idempotent: bool
    timeout_seconds: float
    attempts: int


class Method(msgspec.Struct, frozen=True):
    """A compiled contract method: its policy and the codecs of its arguments and result."""

    name: str
    policy: Policy
    signature: inspect.Signature
    arguments: type[msgspec.Struct]
    decode_arguments: Callable[[bytes], msgspec.Struct]
    decode_result: Callable[[bytes], Any]


def method(
    *, idempotent: bool, timeout_seconds: float = 5.0, attempts: int = 3
) -> Callable[[F], F]:
    """Mark a contract method with its policy.

    Args:
        idempotent: whether repeating a call changes nothing more. A method that is not carries an
            idempotency key, and its operation has to store its answer with
            ``omnify.idempotency.once``.
        timeout_seconds: the longest one call may take, within the caller's own deadline.
        attempts: how often the call is tried when the transport fails.
    """

    def mark(function: F) -> F:
        function.__omnify_policy__ = Policy(idempotent, timeout_seconds, attempts)  # type: ignore[attr-defined]
        return function

    return mark


class Contract:
    """The base of a service's contract and, through it, of its facade.

    A class that derives from ``Contract`` directly declares: its public methods carry
    ``@method``. A class that derives from such a declaration implements it, and has to match.

    Attributes:
        service: the service that implements it, empty for a contract of the floor.
        provided_as: for a contract of the floor, the name in a manifest's ``provides``.
        raises: errors, besides the floor's, that reach the caller as their own class.
        methods: the compiled methods by name.
    """

    service: ClassVar[str] = ""
    provided_as: ClassVar[str] = ""
    raises: ClassVar[tuple[type[OmnifyError], ...]] = ()
    methods: ClassVar[dict[str, Method]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if Contract in cls.__bases__:
            cls.methods = _compile(cls)
        else:
            _refuse(_mismatches(cls))


def _public_functions(cls: type) -> dict[str, Callable[..., Any]]:
    return {
        name: value
        for name, value in vars(cls).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }


def _compile(cls: type[Contract]) -> dict[str, Method]:
    problems: list[str] = []
    compiled: dict[str, Method] = {}
    for name, function in _public_functions(cls).items():
        where = f"{cls.__name__}.{name}"
        policy = getattr(function, "__omnify_policy__", None)
        if policy is None:
            problems.append(f"{where}: mark it with @method(idempotent=…)")
            continue
        signature_problems = list(_signature_problems(function, where))
        problems.extend(signature_problems)
        if not signature_problems:
            compiled[name] = _compile_method(name, function, policy)
    _refuse(problems)
    return compiled


def _signature_problems(function: Callable[..., Any], where: str) -> list[str]:
    hints = get_type_hints(function, include_extras=True)
    problems = []
    if "return" not in hints:
        problems.append(f"{where}: annotate the result")
    for parameter in _parameters(function):
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            problems.append(f"{where}: parameter '{parameter.name}' has to be a plain one")
        elif parameter.name not in hints:
            problems.append(f"{where}: annotate the parameter '{parameter.name}'")
    for name, hint in hints.items():
        problems.extend(find_type_problems(hint, f"{where}({name})"))
    return problems


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(function).parameters.values())[1:]


def _compile_method(name: str, function: Callable[..., Any], policy: Policy) -> Method:
    hints = get_type_hints(function, include_extras=True)
    fields: list[Any] = []
    for parameter in _parameters(function):
        field = (parameter.name, hints[parameter.name])
        default = parameter.default
        fields.append(field if default is inspect.Parameter.empty else (*field, default))
    arguments = msgspec.defstruct(f"{name}_arguments", fields, frozen=True)
    return Method(
        name,
        policy,
        inspect.signature(function),
        arguments,
        msgspec.msgpack.Decoder(arguments).decode,
        msgspec.msgpack.Decoder(hints["return"]).decode,
    )


def _mismatches(facade: type[Contract]) -> list[str]:
    own = _public_functions(facade)
    problems = [
        f"{facade.__name__}: implement {name}" for name in facade.methods if name not in own
    ]
    for name, function in own.items():
        declared = facade.methods.get(name)
        if declared is None:
            problems.append(f"{facade.__name__}.{name} is not in the contract; make it private")
        elif not _agrees(function, declared):
            problems.append(f"{facade.__name__}.{name} has to be {name}{declared.signature}")
    return problems


def _agrees(function: Callable[..., Any], declared: Method) -> bool:
    hints = get_type_hints(function, include_extras=True)
    fields = {field.name: field.type for field in msgspec.structs.fields(declared.arguments)}
    own = {parameter.name: hints.get(parameter.name) for parameter in _parameters(function)}
    decoded = msgspec.msgpack.Decoder(hints.get("return", Any)).type
    return own == fields and decoded == declared.decode_result.__self__.type  # type: ignore[attr-defined]


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ContractError("; ".join(problems))
