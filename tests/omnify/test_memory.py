"""What a process may take in memory."""

import pytest

from omnify.memory import limit_mebibytes, memory_limit

MEBIBYTE = 1024**2


class TestMemoryLimit:
    @pytest.fixture
    def limit(self, tmp_path):
        def read(own, **limits):
            (tmp_path / "own").write_text(own)
            for folder, text in limits.items():
                file = tmp_path / "groups" / folder.replace("_", "/")
                file = file / ("memory.limit_in_bytes" if "memory" in folder else "memory.max")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return memory_limit(tmp_path / "groups", tmp_path / "own")

        return read

    def test_is_that_of_the_control_group(self, limit):
        assert limit("0::/a/b\n", a_b=f"{704 * MEBIBYTE}\n") == 704

    def test_is_the_least_of_the_groups_around_it(self, limit):
        assert limit("0::/a/b\n", a=f"{500 * MEBIBYTE}", a_b=f"{704 * MEBIBYTE}") == 500

    def test_is_found_at_the_root_of_a_container(self, limit, tmp_path):
        (tmp_path / "groups").mkdir()
        (tmp_path / "groups" / "memory.max").write_text(f"{300 * MEBIBYTE}")

        assert limit("0::/\n") == 300

    def test_is_read_of_the_first_version_too(self, limit):
        assert limit("3:cpu,memory:/a\n2:cpuset:/b\n", memory_a=f"{200 * MEBIBYTE}") == 200

    def test_is_half_of_the_machine_without_one(self, limit):
        assert limit("0::/a\n", a="max\n") == limit("") > 100


class TestLimitMebibytes:
    def test_of_the_monolith_is_704(self):
        assert limit_mebibytes(1, work_mebibytes=100) == 704

    def test_grows_with_the_work(self):
        assert limit_mebibytes(1, work_mebibytes=200) == 952
