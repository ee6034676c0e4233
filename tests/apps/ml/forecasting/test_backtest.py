"""Scores use only what was known at each origin, and match computations by hand."""

from decimal import Decimal

from apps.ml.forecasting import forecast
from apps.ml.forecasting.backtest import MAX_ORIGINS, score
from tests.apps.ml.forecasting.series import series

RISING = [1, 2, 3, 4, 5, 6, 7, 3, 4, 5, 6, 7, 8, 9, 5]


class Recorder:
    """A method that always says 10, give or take 1 (80 %) and 5 (95 %), and what it was asked."""

    def __init__(self):
        self.learnt = []
        self.asked = []

    def __call__(self, history):
        self.learnt.append(len(history))

        def predict(step):
            self.asked.append((len(history), step))
            return Decimal(10), Decimal(1), Decimal(5)

        return predict


class TestScore:
    def test_matches_the_hand(self):
        """Origins 8 to 14: errors of the method are 2 each, of the last value 1 six times and 4."""
        backtest = forecast(series(RISING), grain="day", horizon=1).backtest

        assert (backtest.origins, backtest.horizon) == (7, 1)
        assert backtest.mae == 2
        assert backtest.naive_mae == Decimal(10) / Decimal(7)
        assert backtest.coverage80 == backtest.coverage95 == 1

    def test_counts_what_lies_inside_the_intervals(self):
        values = [Decimal(value) for value in (0, 0, 0, 10, 11, 12, 15, 16)]

        backtest = score(values, season=2, horizon=1, fit=Recorder())

        assert backtest.origins == 3
        assert backtest.coverage80 == 0
        assert backtest.coverage95 == Decimal(2) / Decimal(3)
        assert backtest.mae == Decimal(2 + 5 + 6) / Decimal(3)
        assert backtest.naive_mae == Decimal(1 + 3 + 1) / Decimal(3)

    def test_asks_of_each_origin_the_whole_horizon(self):
        recorder = Recorder()

        score([Decimal(1)] * 30, season=7, horizon=3, fit=recorder)

        origins = sorted({length for length, _ in recorder.asked})
        assert origins == [20, 21, 22, 23, 24, 25, 26, 27]
        assert [step for length, step in recorder.asked if length == 27] == [1, 2, 3]

    def test_learns_once_from_each_origin(self):
        recorder = Recorder()

        score([Decimal(1)] * 30, season=7, horizon=3, fit=recorder)

        assert recorder.learnt == [20, 21, 22, 23, 24, 25, 26, 27]

    def test_spreads_a_bounded_number_of_origins_over_one_season(self):
        recorder = Recorder()

        backtest = score([Decimal(1)] * 500, season=52, horizon=4, fit=recorder)

        origins = sorted({length for length, _ in recorder.asked})
        assert backtest.origins == len(origins) == MAX_ORIGINS
        assert (origins[0], origins[-1]) == (444, 496)

    def test_names_the_horizon_that_could_be_tested(self):
        recorder = Recorder()

        backtest = score([Decimal(1)] * 15, season=7, horizon=14, fit=recorder)

        assert max(step for _, step in recorder.asked) == 7
        assert backtest.horizon == 7
