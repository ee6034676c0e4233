"""Long lists, a page at a time."""

from omnify.pages.paging import pick_page
from omnify.voices import VOICES, speaking


class TestPager:
    def test_counts_in_the_voice_of_the_viewer(self):
        with speaking(VOICES["de"]):
            _, pager = pick_page(range(12_345), number="2", size=1000, order="newest first")

        assert pager.summary == "1.001 to 2.000 of 12.345, newest first"
        assert (pager.previous, pager.next) == ("1", "3")
