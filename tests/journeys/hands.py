"""Hands that use a page by mouse, by finger or by keys, and count their steps.

A step is a click or a tap, a field that is written or chosen, a file that is picked, or a key that
does something. Moving to what is used is none: the pointer's way, Tab.
"""

from playwright.sync_api import expect

#: Whether something comes before what has the focus.
IS_BEFORE = """it => Boolean(document.activeElement.compareDocumentPosition(it)
    & Node.DOCUMENT_POSITION_PRECEDING)"""
HAS_FOCUS = "it => it === document.activeElement"
#: More than any page has to move through.
MOST_TABS = 200


class Hand:
    """What both kinds of hands do on a page; subclasses say how."""

    def __init__(self, page):
        self.page, self.steps = page, 0

    def press(self, target):
        """Use a button, a link or what opens."""
        self._step(target)
        self._press(target)

    def check(self, target):
        """Change a box that is ticked."""
        self._step(target)
        self._check(target)

    def write(self, target, text):
        """Write into a field."""
        self._step(target)
        self._write(target, text)

    def choose(self, target, label):
        """Choose from a list."""
        self._step(target)
        self._choose(target, label)

    def pick(self, target, file):
        """Pick a file of this device."""
        self._step(target)
        with self.page.expect_file_chooser() as chooser:
            self._press(target)
        chooser.value.set_files(file)

    def save(self, target):
        """Save a file that a link leads to; returns its path."""
        self._step(target)
        with self.page.expect_download() as download:
            self._press(target)
        return download.value.path()

    def send(self, button):
        """Send the form whose field was used last."""
        self.press(button)

    def go(self, name):
        """Open a page of the navigation, which a small screen hides behind a button."""
        navigation = self.page.get_by_role("navigation", name="Product")
        if not navigation.is_visible():
            self.press(self.page.get_by_role("button", name="Menu", exact=True))
        self.press(navigation.get_by_role("link", name=name, exact=True))

    def _step(self, target):
        self.steps += 1
        expect(target).to_be_visible()
        # Scripts listen, and what they move has its place.
        self.page.wait_for_load_state()


class Mouse(Hand):
    """A mouse, beside a keyboard to write with."""

    def _press(self, target):
        target.click()

    def _check(self, target):
        self._press(target)

    def _write(self, target, text):
        target.fill(text)

    def _choose(self, target, label):
        target.select_option(label=label)


class Finger(Mouse):
    """A finger on a screen that takes one."""

    def _press(self, target):
        target.tap()


class Keys(Hand):
    """A keyboard: what Tab does not reach cannot be used."""

    def send(self, button):
        """Send the form by the return key in its field, as the button would."""
        self._step(button)
        self.page.keyboard.press("Enter")

    def _press(self, target):
        self._reach(target)
        self.page.keyboard.press("Enter")

    def _check(self, target):
        self._reach(target)
        self.page.keyboard.press("Space")

    def _write(self, target, text):
        self._reach(target)
        self.page.keyboard.type(text)

    _choose = _write

    def _reach(self, target):
        key = "Shift+Tab" if target.evaluate(IS_BEFORE) else "Tab"
        for _ in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{target} is not reached by {key}")
