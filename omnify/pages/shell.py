"""What each service gives to the shell of all pages: what is found in it, its long work, its needs.

A service mounts ``shell_urls``; scripts of a page ask every service of the fleet, and leave out
who does not answer. Refusals are problems, as those of the API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final, NamedTuple
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from omnify.context import current
from omnify.exceptions import InvalidInputError
from omnify.identity.permissions import SIGNED_IN, is_allowed
from omnify.jobs.messages import JobReport
from omnify.jobs.operations import cancel_job
from omnify.jobs.queries import get_job, list_recent_jobs
from omnify.pages.views import PageView
from omnify.services.messages import Message

#: What a finder gives at most; the shell shows no more of one kind.
MOST_FOUND: Final = 5
_SHORTEST, _LONGEST = 2, 100
#: For how long work that has ended is shown.
_LATELY: Final = timedelta(minutes=10)
_SHELL_PATH = re.compile(r"/app/[a-z]+/shell/")


class Found(Message):
    """Something that a service has by a name; ``url`` is a path of the service."""

    kind: str
    label: str
    url: str
    note: str = ""


class SearchAnswer(Message):
    """What a service has by the words of a question."""

    results: tuple[Found, ...]


class WorkItem(Message):
    """A piece of long work; ``percent`` is None while it is not known."""

    id: UUID
    label: str
    state: str
    percent: int | None
    note: str
    elapsed_seconds: int
    url: str
    cancel_url: str


class WorkAnswer(Message):
    """What runs in a service, and what ended lately."""

    work: tuple[WorkItem, ...]


class Need(Message):
    """What numbers rest on and what needs somebody; ``url`` is a path of the service."""

    text: str
    url: str
    label: str


class NeedsAnswer(Message):
    """What needs somebody before numbers are whole again."""

    needs: tuple[Need, ...]


class Finder(NamedTuple):
    """A way to find something by its name, for those with a permission."""

    permission: str
    find: Callable[[str], Iterable[Found]]


class Needs(NamedTuple):
    """A way to find what needs somebody, for those with a permission.

    ``find`` takes the name of a channel, empty for all that an organization's numbers rest on.
    """

    permission: str
    find: Callable[[str], Iterable[Need]]


class Work(NamedTuple):
    """The jobs of a service that people wait for.

    Attributes:
        labels: the kinds of the jobs, each with its name for people.
        see: the permission to see them.
        cancel: the permission to cancel them.
        page: the route that shows one, by its id; none where nothing is to be seen.
    """

    labels: dict[str, str]
    see: str
    cancel: str
    page: str = ""


NO_WORK: Final = Work({}, SIGNED_IN, SIGNED_IN)
NO_NEEDS: Final = Needs(SIGNED_IN, lambda _channel: ())


def shell_urls(
    service: str,
    *,
    finders: Iterable[Finder] = (),
    work: Work = NO_WORK,
    needs: Needs = NO_NEEDS,
) -> list[URLPattern]:
    """Return the routes of a service's part of the shell."""
    search_path, work_path, needs_path = (
        f"app/{service}/shell/{part}" for part in ("search", "work", "needs")
    )
    urls = [
        path(search_path, SearchView.as_view(finders=tuple(finders))),
        path(needs_path, NeedsView.as_view(needs=needs)),
        path(work_path, WorkView.as_view(service=service, work=work)),
    ]
    if work.labels:
        view = _cancel_view(work).as_view(service=service)
        urls.append(path(f"{work_path}/<uuid:job_id>/cancel", view))
    return urls


def is_shell_path(address: str) -> bool:
    """Tell whether a path is one that scripts of pages ask."""
    return _SHELL_PATH.match(address) is not None


class SearchView(PageView):
    """What a service has by a name."""

    access: ClassVar = {"GET": SIGNED_IN}
    finders: tuple[Finder, ...] = ()

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return what the viewer may see of it."""
        asked = " ".join(request.GET.get("q", "").split())
        if len(asked) > _LONGEST:
            raise InvalidInputError(f"Search for at most {_LONGEST} characters.")
        found = self._find(asked) if len(asked) >= _SHORTEST else ()
        return _json(SearchAnswer(results=tuple(found)))

    def _find(self, asked: str) -> Iterator[Found]:
        for finder in self.finders:
            if is_allowed(current().principal, finder.permission):
                yield from list(finder.find(asked))[:MOST_FOUND]


class WorkView(PageView):
    """What runs in a service for the viewer's organization, and what ended lately."""

    access: ClassVar = {"GET": SIGNED_IN}
    service: str = ""
    work: Work = NO_WORK

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return it, the latest first."""
        jobs: list[JobReport] = []
        if self.work.labels and is_allowed(current().principal, self.work.see):
            since = self.now - _LATELY
            jobs = list_recent_jobs(self.service, kinds=self.work.labels, ended_since=since)
        return _json(WorkAnswer(work=tuple(self._item(job) for job in jobs)))

    def _item(self, job: JobReport) -> WorkItem:
        may_cancel = not job.is_over and is_allowed(current().principal, self.work.cancel)
        return WorkItem(
            id=job.id,
            label=self.work.labels[job.kind],
            state=job.state,
            percent=job.percent if job.total else None,
            note=job.error or job.note,
            elapsed_seconds=_seconds(job.created_at, job.finished_at or self.now),
            url=reverse(self.work.page, args=[job.id]) if self.work.page else "",
            cancel_url=f"{self.request.path}/{job.id}/cancel" if may_cancel else "",
        )


class NeedsView(PageView):
    """What needs somebody before the numbers that the viewer looks at are whole again."""

    access: ClassVar = {"GET": SIGNED_IN}
    needs: Needs = NO_NEEDS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return it, of a channel where one is named."""
        channel = request.GET.get("channel", "")
        if len(channel) > _LONGEST:
            raise InvalidInputError(f"A channel's name has at most {_LONGEST} characters.")
        if not is_allowed(current().principal, self.needs.permission):
            return _json(NeedsAnswer(needs=()))
        return _json(NeedsAnswer(needs=tuple(self.needs.find(channel))))


def _cancel_view(work: Work) -> type[PageView]:
    """Return the view that cancels a service's work."""

    class CancelWorkView(PageView):
        """The end of a piece of work before its time."""

        access: ClassVar = {"POST": work.cancel}
        service: str = ""

        def post(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
            """Cancel it."""
            job = get_job(self.service, job_id)
            cancel_job(self.service, job.id)
            return HttpResponse(status=204)

    return CancelWorkView


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))


def _json(answer: Message) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")
