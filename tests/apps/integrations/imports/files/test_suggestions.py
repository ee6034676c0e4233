"""Plain column names suggest their use; what is chosen becomes a mapping."""

import pytest

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.files import ColumnUse, mapping_text, parse_mapping, suggest_uses
from apps.integrations.imports.files.mapping import ChannelMapping, CsvMapping


def mapped(*uses):
    return parse_mapping(mapping_text(uses, currency="EUR", source="shop"))


class TestSuggestUses:
    @pytest.mark.parametrize(
        ("column", "use", "channel"),
        [
            ("Date", "date", ""),
            ("day", "date", ""),
            ("sales", "shop_revenue", ""),
            ("tv_spend", "spend", "tv"),
            ("Google Ads Cost", "spend", "Google Ads"),
            ("facebook-impressions", "impressions", "facebook"),
            ("spend", "", ""),
            ("tv_S", "", ""),
            ("outspend", "", ""),
        ],
    )
    def test_reads_plain_names_and_guesses_nothing_else(self, column, use, channel):
        assert suggest_uses([column]) == [ColumnUse(column, use, channel)]


class TestMappingText:
    def test_gathers_each_channel_s_columns(self):
        assert mapped(
            ColumnUse("d", "date"),
            ColumnUse("s", "shop_revenue"),
            ColumnUse("x", ""),
            ColumnUse("a", "spend", "tv"),
            ColumnUse("b", "clicks", " tv "),
            ColumnUse("c", "revenue", "web"),
        ) == CsvMapping(
            date="d",
            currency="EUR",
            revenue="s",
            source="shop",
            channels=(
                ChannelMapping(name="tv", spend="a", clicks="b"),
                ChannelMapping(name="web", revenue="c"),
            ),
        )

    @pytest.mark.parametrize(
        ("uses", "words"),
        [
            ([ColumnUse("s", "shop_revenue")], "which column is the day"),
            ([ColumnUse("a", "date"), ColumnUse("b", "date")], "'a' and 'b' are both the day"),
            (
                [
                    ColumnUse("d", "date"),
                    ColumnUse("a", "spend", "tv"),
                    ColumnUse("b", "spend", "tv"),
                ],
                "both the spend of 'tv'",
            ),
            ([ColumnUse("d", "date"), ColumnUse("a", "spend")], "1 to 64 characters"),
            ([ColumnUse("d", "date"), ColumnUse("a", "magic", "tv")], "maps no numbers"),
        ],
    )
    def test_refuses_what_is_not_clear(self, uses, words):
        with pytest.raises(CsvMappingError) as caught:
            mapped(*uses)

        assert words in caught.value.errors[0]["message"]
