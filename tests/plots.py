"""What charts draw, read from their pages."""

import html
import json
import re


def plot_of(answer):
    """The plot that the chart of a page brings."""
    text = answer.content.decode()
    return json.loads(
        html.unescape(re.search("<template data-chart-plot>(.+)</template>", text)[1])
    )
