"""Views that are declared by routes: what they take, what they answer, who may."""

import pytest
from rest_framework.test import APIRequestFactory

from omnify.api.pagination import Results
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC
from omnify.services.messages import Message


class Question(Message):
    text: str
    times: int = 1


class Reply(Message):
    text: str


class Later(Message):
    job_id: str


class EchoView(ServiceView):
    """Answers what it is asked."""

    @route(PUBLIC, summary="Ask in the address")
    def get(self, question: Question) -> Results[Reply]:
        return Results(results=(Reply(text=question.text),) * question.times)

    @route(PUBLIC, summary="Ask in the body", answers={201: Reply, 202: Later, 204: None})
    def post(self, question: Question, place: str = "") -> Message | Answer | None:
        if question.text == "later":
            return Later(job_id="1")
        if question.text == "nothing":
            return None
        if question.text == "cached":
            return Answer(200, Reply(text="cached"), {"X-Age": "9"})
        return Reply(text=question.text + place)


def ask(method, *arguments, **path):
    make = getattr(APIRequestFactory(), method)
    return EchoView.as_view()(make("/echo", *arguments, format="json"), **path)


class TestRoute:
    def test_gives_the_query_to_the_handler(self):
        answer = ask("get", {"text": "a", "times": 2})

        assert (answer.status_code, list(answer.data["results"])) == (200, [{"text": "a"}] * 2)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_takes_a_token_that_is_of_no_use_for_none_where_anybody_may(self, method):
        request = APIRequestFactory(headers={"authorization": "Bearer nonsense"}).generic(
            method, "/echo?text=a"
        )

        assert EchoView.as_view()(request).status_code == 200

    def test_gives_the_body_and_the_path_to_the_handler(self):
        assert ask("post", {"text": "a"}, place="b").data == {"text": "ab"}

    @pytest.mark.parametrize(
        ("text", "status", "data"),
        [
            ("now", 201, {"text": "now"}),
            ("later", 202, {"job_id": "1"}),
            ("nothing", 204, None),
            ("cached", 200, {"text": "cached"}),
        ],
    )
    def test_tells_the_status_by_the_answer(self, text, status, data):
        answer = ask("post", {"text": text})

        assert (answer.status_code, answer.data) == (status, data)

    def test_refuses_parameters_that_it_does_not_know(self):
        answer = APIRequestFactory().post("/echo?dry_run=true", {"text": "a"}, format="json")

        assert EchoView.as_view()(answer).data["errors"][0]["code"] == "unknown"

    def test_refuses_fields_where_it_takes_none(self):
        class BellView(ServiceView):
            """Rings."""

            @route(PUBLIC, summary="Ring once", status=204)
            def post(self) -> None:
                """Do nothing."""

        def ring(body):
            return BellView.as_view()(APIRequestFactory().post("/bell", body, format="json"))

        [error] = ring({"times": 2}).data["errors"]
        assert (error["field"], error["code"]) == ("times", "unknown")
        assert [ring(body).status_code for body in (None, {})] == [204, 204]

    def test_refuses_a_view_that_does_not_say_who_may(self):
        with pytest.raises(TypeError, match="says nothing of"):
            type("OpenView", (ServiceView,), {"get": print})

    def test_refuses_to_answer_what_it_does_not_declare(self):
        class LyingView(ServiceView):
            """Says one thing and answers another."""

            @route(PUBLIC, summary="Lie to the caller", answers={200: Reply})
            def get(self) -> Later:
                return Later(job_id="1")

        answer = LyingView.as_view()(APIRequestFactory().get("/lie"))

        assert answer.status_code == 500
