"""What axe and a ruler find on a page: at a desk and on a phone, in light and dark."""

import itertools
import os
from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
WIDTHS = {"wide": 1440, "narrow": 400}
EVERYWHERE = tuple((width, scheme) for width in WIDTHS for scheme in ("light", "dark"))
LOOKS = (
    itertools.repeat(EVERYWHERE)
    if os.environ.get("LOOKS") == "all"
    else itertools.cycle([(("wide", "light"),), (("narrow", "dark"),)])
)
"""For each page the next: by turns at the desk by day and on the phone by night. `make chaos`: everywhere."""
DARK = "dark => document.documentElement.classList.toggle('dark', dark)"
# A colour on its way is not looked at; one transition's end may be the next one's beginning.
STILL = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let moving = [1]; moving.length;) {
        await frame(); await frame();
        moving = document.getAnimations().filter(one => one instanceof CSSTransition);
        moving.forEach(one => one.finish());
    }
}"""
# All of the result is megabytes; what is wrong is a line.
AXED = """async () => {
    const result = await axe.run({resultTypes: ["violations"]});
    return result.violations.map(one => [one.id, one.nodes.map(node => node.target)]);
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"


def audit(page: Page, url: str) -> list[str]:
    """What is wrong with the page at an address, in words."""
    page.goto(url)
    return look(page, url)


def look(page: Page, name: str) -> list[str]:
    """What is wrong with a page as it stands, in words; it is wide and light afterwards."""
    found = []
    page.evaluate(AXE)
    for width, scheme in next(LOOKS):
        page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(DARK, scheme == "dark")
        page.evaluate(STILL)
        found += [f"{name}, {width} and {scheme}: {rule} {targets}" for rule, targets in page.evaluate(AXED)]
        found += _too_wide(page, name)
    page.set_viewport_size({"width": WIDTHS["narrow"], "height": 900})
    found += _too_wide(page, name)
    page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
    page.emulate_media(color_scheme="light")
    page.evaluate(DARK, False)
    return found


def _too_wide(page: Page, name: str) -> list[str]:
    width, wide = page.evaluate("innerWidth"), page.evaluate(TOO_WIDE)
    return [f"{name}, {width} px: scrolls sideways by {wide} px"] if wide > 0 else []
