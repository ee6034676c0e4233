"""A contract that breaks the rules, or a facade that does not match it, cannot be imported."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
import pytest

from omnify.services import Contract, method
from omnify.services.contract import ContractError
from omnify.services.messages import AwareDatetime, FiniteFloat, Message


class Mutable(msgspec.Struct):
    name: str


class Holder(Message):
    inner: Mutable


class Nested(Message):
    at: AwareDatetime
    share: FiniteFloat
    kind: Literal["a", "b"]
    parts: tuple["Nested", ...] = ()


@dataclass(frozen=True)
class Foreign:
    name: str


class Good(Contract):
    @method(idempotent=True)
    def ask(self, nested: Nested, limit: int = 5) -> Decimal | None:
        """Answer."""


class TestContract:
    @pytest.mark.parametrize(
        "annotation",
        [
            *(list[int], dict[str, int], set[str], Any, float, datetime, object),
            *(Mutable, Holder, Foreign, tuple[list[int], ...], int | list[int]),
        ],
    )
    def test_refuses_the_type(self, annotation):
        def ask(self, value: annotation) -> int:
            """Answer."""

        with pytest.raises(ContractError, match=r"Bad\.ask\(value\)"):
            type("Bad", (Contract,), {"ask": method(idempotent=True)(ask)})

    def test_refuses_a_result_of_a_refused_type(self):
        with pytest.raises(ContractError, match=r"return"):

            class Bad(Contract):
                @method(idempotent=True)
                def ask(self) -> list[int]:
                    """Answer."""

    def test_refuses_what_is_not_annotated(self):
        with pytest.raises(ContractError, match="annotate the parameter 'value'"):

            class Bad(Contract):
                @method(idempotent=True)
                def ask(self, value) -> int:
                    """Answer."""

    def test_refuses_a_method_without_a_policy(self):
        with pytest.raises(ContractError, match="mark it"):

            class Bad(Contract):
                def ask(self) -> int:
                    """Answer."""

    def test_refuses_parameters_that_are_not_plain(self):
        with pytest.raises(ContractError, match="plain"):

            class Bad(Contract):
                @method(idempotent=True)
                def ask(self, *values: int) -> int:
                    """Answer."""

    def test_names_every_problem_at_once(self):
        with pytest.raises(ContractError) as caught:

            class Bad(Contract):
                @method(idempotent=True)
                def one(self, value: float) -> list[int]:
                    """Answer."""

                def two(self) -> int:
                    """Answer."""

        assert str(caught.value).count("Bad.") == 3

    def test_takes_nested_messages(self):
        assert set(Good.methods) == {"ask"}


class TestFacade:
    def test_has_to_implement_everything(self):
        with pytest.raises(ContractError, match="implement ask"):

            class Facade(Good):
                pass

    def test_has_to_have_the_same_signature(self):
        with pytest.raises(ContractError, match=r"Facade\.ask has to be"):

            class Facade(Good):
                def ask(self, nested: Nested, limit: str = "5") -> Decimal | None:
                    """Answer."""

    def test_has_to_give_the_same_result(self):
        with pytest.raises(ContractError, match=r"Facade\.ask has to be"):

            class Facade(Good):
                def ask(self, nested: Nested, limit: int = 5) -> int:
                    """Answer."""

    def test_may_not_offer_more(self):
        with pytest.raises(ContractError, match="not in the contract"):

            class Facade(Good):
                def ask(self, nested: Nested, limit: int = 5) -> Decimal | None:
                    """Answer."""

                def more(self) -> int:
                    """Answer."""


class TestFiniteFloat:
    @pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
    def test_is_a_number(self, value):
        encoded = msgspec.msgpack.encode(value)

        with pytest.raises(msgspec.ValidationError):
            msgspec.msgpack.decode(encoded, type=FiniteFloat)
