"""Hands that use keys alone: after each Tab the focus is seen, comes in order and lies under nothing; clicks are counted."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

# A trusted click is a press of Enter or Space on a control, as of a mouse; typing and moving make none.
COUNTER = """addEventListener("click", event => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1
}, true)"""

FOCUS = """back => {
  const now = document.activeElement, before = window.focusedBefore
  if (!now || now === document.body) { window.focusedBefore = null; return [] }
  const style = getComputedStyle(now), box = now.getClientRects()[0], faults = []
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
  if (!ring && style.boxShadow === "none") faults.push("its focus is not seen")
  if (!box) faults.push("it has no place on the page")
  else {
    const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2
    const hit = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight))
    if (!hit || !now.contains(hit)) faults.push("it lies under " + (hit ? hit.outerHTML.slice(0, 80) : "the edge"))
  }
  const onward = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING
  if (before && before !== now && before.isConnected && !(before.compareDocumentPosition(now) & onward))
    faults.push("it does not come in the order of the page")
  window.focusedBefore = now
  return faults.map(each => now.outerHTML.slice(0, 120) + ": " + each)
}"""


@dataclass
class Keys:
    page: Page

    def __post_init__(self) -> None:
        self.page.add_init_script(COUNTER)

    @property
    def clicks(self) -> int:
        return int(self.page.evaluate("Number(sessionStorage.clicks || 0)"))

    def go(self, target: Locator, back: bool = False) -> None:
        """Tab, or Shift+Tab, until the focus is there."""
        target.wait_for()
        for _step in range(150):
            if target.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            faults = self.page.evaluate(FOCUS, back)
            assert not faults, faults
        raise AssertionError(f"no Tab leads to {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.go(target)
        self.page.keyboard.press(key)

    def follow(self, target: Locator) -> None:
        """Enter on a link or a button that leads to another page."""
        self.go(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def button(self, name: str) -> None:
        self.follow(self.page.get_by_role("button", name=name, exact=True))

    def write(self, name: str, words: str) -> None:
        self.go(self.page.locator(f'[name="{name}"]'))
        self.page.keyboard.type(words)

    def choose(self, name: str, value: str) -> None:
        """In a list of choices, with the arrow."""
        target = self.page.locator(f'select[name="{name}"]')
        self.go(target)
        for _step in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert target.input_value() == value
