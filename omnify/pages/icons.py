"""Icons, by the names that pages and navigation give them: what is drawn in a square of 24."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

ICONS: Final = MappingProxyType(
    {
        "chart": '<path d="M4 20h16M7 20v-7M12 20V5M17 20v-10"/>',
        "trend": '<path d="M4 17l5-5 4 3 7-8M15.5 7H20v4.5"/>',
        "exchange": '<path d="M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4"/>',
        "plug": '<path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4"/>',
        "robot": (
            '<path d="M5 9h14v10H5zM12 9V5M9 13.5v.5M15 13.5v.5M2.5 13v3M21.5 13v3"/>'
            '<circle cx="12" cy="4" r="1"/>'
        ),
        "compass": '<circle cx="12" cy="12" r="9"/><path d="M15.5 8.5l-2 5-5 2 2-5z"/>',
        "server": '<path d="M4 4h16v7H4zM4 13h16v7H4zM8 7.5v.01M8 16.5v.01"/>',
        "users": (
            '<circle cx="9" cy="8" r="3.5"/>'
            '<path d="M3 20c0-4 2.5-6 6-6s6 2 6 6"/>'
            '<path d="M16 5a3.5 3.5 0 0 1 0 6.5M17.5 14.5c2.2.8 3.5 2.6 3.5 5.5"/>'
        ),
        "user": (
            '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.5-4.5 3.5-6.5 7.5-6.5s7 2 7.5 6.5"/>'
        ),
        "gear": (
            '<circle cx="12" cy="12" r="3.5"/>'
            '<path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>'
            '<path d="M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2"/>'
        ),
        "upload": '<path d="M12 16V4.5M7 9l5-5 5 5M4 15.5V20h16v-4.5"/>',
        "code": '<path d="M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14"/>',
        "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L20.5 20.5"/>',
        "down": '<path d="M7 10l5 5 5-5"/>',
        "waiting": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
        "running": '<path class="turning" d="M12 3.5a8.5 8.5 0 1 1-8.5 8.5"/>',
        "needs": '<path d="M12 4l9 16H3zM12 10v4.5M12 17v.01"/>',
        "done": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
        "failed": '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
        "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.01"/>',
        "close": '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
        "more": '<path d="M5.5 12v.01M12 12v.01M18.5 12v.01"/>',
        "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8"/>',
        "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
        "moon": '<path d="M19.5 14.5A8 8 0 1 1 9.5 4.5a6.5 6.5 0 0 0 10 10z"/>',
        "external": '<path d="M13 4h7v7M20 4l-9 9M17 14v5H5V7h5"/>',
        "empty": '<path d="M3.5 13l3-8h11l3 8v6h-17zM3.5 13h5l1.5 2.5h4l1.5-2.5h5"/>',
        "channels": (
            '<path d="M4 10v4h3l8 4.5v-13L7 10zM8.5 14.5L10 20h2.5M18.5 9.5a4 4 0 0 1 0 5"/>'
        ),
        "split": '<path d="M4 12h5l6-6h5M9 12l6 6h5M17 3.5L20 6l-3 2.5M17 15.5l3 2.5-3 2.5"/>',
        "columns": '<path d="M4 4.5h16v15H4zM9.3 4.5v15M14.7 4.5v15"/>',
    }
)
#: What an unknown name is drawn as.
DOT: Final = '<circle cx="12" cy="12" r="2"/>'
