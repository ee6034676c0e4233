"""The originals of files of orders are kept encrypted for thirty days, and those of others not."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.integrations.imports.operations import files, importing, originals
from apps.integrations.models import CsvImport, Order, OriginalChunk, StagedChunk
from omnify.encryption import UndecipherableError, decrypt
from omnify.jobs import execution
from omnify.jobs.models import Job
from tests.apps.integrations.imports.test_kinds import FILE, ORDERS
from tests.apps.integrations.requests import send

pytestmark = pytest.mark.django_db


def original_of(import_id):
    """What an operator with the key ring finds."""
    chunks = OriginalChunk.unscoped.filter(csv_import_id=import_id).order_by("number")
    return b"".join(decrypt(bytes(each.content), purpose=each.purpose) for each in chunks)


class TestKeepOriginal:
    def test_keeps_files_of_orders_encrypted(self, registered):
        send(registered, FILE, ORDERS)

        [csv_import] = CsvImport.unscoped.all()
        assert original_of(csv_import.id) == FILE.encode()
        assert b"doe" not in bytes(OriginalChunk.unscoped.get().content)

    def test_keeps_no_others(self, registered):
        send(registered)

        assert not OriginalChunk.unscoped.exists()

    def test_binds_each_chunk_to_its_place(self, registered, monkeypatch):
        monkeypatch.setattr(originals, "CHUNK_BYTES", 50)
        send(registered, FILE, ORDERS)
        first, second, *_ = OriginalChunk.unscoped.order_by("number")
        OriginalChunk.unscoped.filter(id=first.id).update(content=second.content)

        with pytest.raises(UndecipherableError):
            original_of(first.csv_import_id)

    def test_keeps_one_of_a_repeated_file(self, registered):
        send(registered, FILE, ORDERS)
        assert send(registered, FILE, ORDERS).json()["unchanged"] is True

        assert OriginalChunk.unscoped.count() == 1

    def test_outlives_undo_and_not_the_connection(self, registered):
        answer = send(registered, FILE, ORDERS).json()
        registered.delete(f"/api/integrations/imports/{answer['import_id']}")
        assert OriginalChunk.unscoped.count() == 1

        [source] = registered.get("/api/integrations/connections").json()["results"]
        registered.delete(f"/api/integrations/connections/{source['id']}")
        assert not OriginalChunk.unscoped.exists()
        assert not Order.unscoped.exists()


class TestForgetOriginals:
    def test_forgets_them_after_thirty_days(self, registered):
        send(registered, FILE, ORDERS)
        now = datetime.now(UTC)

        assert originals.forget_originals(now + timedelta(days=29)) == 0
        assert originals.forget_originals(now + timedelta(days=31)) == 1
        assert not OriginalChunk.unscoped.exists()


@pytest.mark.django_db(transaction=True)
class TestJob:
    def test_keeps_the_original_and_no_working_copy(self, registered, monkeypatch):
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 4)
        monkeypatch.setattr(files, "CHUNK_BYTES", 50)
        monkeypatch.setattr(originals, "CHUNK_BYTES", 70)

        assert send(registered, FILE, ORDERS).status_code == 202
        job = Job.objects.filter(kind="integrations.commit_import").latest("id")
        execution.run_job("integrations", str(job.id))

        [csv_import] = CsvImport.unscoped.all()
        assert (csv_import.orders, csv_import.kind) == (3, "orders")
        assert original_of(csv_import.id) == FILE.encode()
        assert OriginalChunk.unscoped.count() == 2
        assert not StagedChunk.unscoped.exists()
