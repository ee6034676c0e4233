"""A large file is kept in chunks, and read back from any position, one chunk in memory."""

import io
import random
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from apps.integrations.imports.operations import files
from apps.integrations.imports.operations.files import discard_staged, forget_staged, open_staged
from apps.integrations.imports.reading import make_mapping
from apps.integrations.models import StagedChunk, StagedFile
from omnify.context import acting_as
from tests.apps.integrations.requests import MAPPING

pytestmark = pytest.mark.django_db
CONTENT = random.Random(1).randbytes(1234)  # noqa: S311 - no secret


@pytest.fixture(autouse=True)
def acting(make_principal, monkeypatch):
    """An organization that stages files in small chunks."""
    monkeypatch.setattr(files, "CHUNK_BYTES", 100)
    monkeypatch.setattr(files, "_BUFFER_BYTES", 16)
    with acting_as(make_principal()) as context:
        yield context


def stage(content=CONTENT):
    return files.stage_file(
        io.BytesIO(content), file_name="a.csv", mapping=make_mapping(MAPPING)
    ).id


class TestStagedFile:
    @pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 1234])
    def test_is_read_as_it_was(self, size):
        with open_staged(stage(CONTENT[:size])) as stream:
            assert stream.read() == CONTENT[:size]
            assert stream.read(1) == b""

    def test_is_read_from_any_position(self):
        stream, bare = open_staged(stage()), io.BytesIO(CONTENT)
        turns = random.Random(2)  # noqa: S311 - an order

        for _ in range(300):
            whence = turns.choice([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END])
            offset = turns.randrange(1300) - (1300 if whence == io.SEEK_END else 0)
            size = turns.randrange(250)
            assert stream.seek(offset, whence) == bare.seek(offset, whence)
            assert (stream.read(size), stream.tell()) == (bare.read(size), bare.tell())

    def test_is_an_archive_if_it_was_one(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as written:
            written.writestr("a", CONTENT)

        with zipfile.ZipFile(open_staged(stage(archive.getvalue()))) as read:
            assert read.read("a") == CONTENT

    def test_loads_one_chunk_at_a_time_and_tells_which(self):
        loaded = []

        with open_staged(stage(), on_chunk=lambda *each: loaded.append(each)) as stream:
            stream.read()

        assert loaded == [(number, 13) for number in range(13)]

    def test_is_gone_once_it_is_discarded(self):
        kept, gone = stage(), stage()

        discard_staged(gone)
        discard_staged(gone)

        assert [each.id for each in StagedFile.objects.all()] == [kept]
        assert set(StagedChunk.objects.values_list("file_id", flat=True)) == {kept}

    def test_is_no_other_organizations(self, make_principal):
        staged_id = stage()

        with acting_as(make_principal()):
            assert open_staged(staged_id).read() == b""
            discard_staged(staged_id)

        assert open_staged(staged_id).read() == CONTENT

    def test_is_forgotten_after_a_week_whosever_it_is(self, make_principal):
        with acting_as(make_principal()):
            stage()
        now = datetime.now(UTC)

        assert forget_staged(now) == 0
        assert forget_staged(now + timedelta(days=8)) == 1
        assert not StagedFile.unscoped.exists()
        assert not StagedChunk.unscoped.exists()


class TestDrafts:
    def draft(self):
        return files.stage_draft(io.BytesIO(CONTENT), file_name="a.csv", choices={})

    def test_lend_their_chunks_to_jobs(self):
        draft = self.draft()
        staged = files.stage_from_draft(draft, make_mapping(MAPPING))

        assert open_staged(staged.id).read() == CONTENT
        discard_staged(staged.id)
        assert open_staged(draft.id).read() == CONTENT

    def test_are_kept_for_a_day_unless_a_job_reads_them(self):
        self.draft()
        read = self.draft()
        for _ in range(2):
            files.stage_from_draft(read, make_mapping(MAPPING))
        now = datetime.now(UTC)

        assert forget_staged(now) == 0
        assert forget_staged(now + timedelta(days=2)) == 1
        assert StagedFile.unscoped.filter(choices__isnull=False).get() == read
        forget_staged(now + timedelta(days=8))
        assert not StagedChunk.unscoped.exists()

    def test_have_the_digest_of_a_file_that_was_sent_at_once(self):
        mapping = make_mapping(MAPPING)
        staged = files.stage_from_draft(self.draft(), mapping)

        files.settle_digest(staged, mapping)

        assert staged.digest == files.digest_file(io.BytesIO(CONTENT), mapping)
