"""What axe and a ruler find on a page: at a desk and on a phone, in light and dark."""

import os
from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
WIDTHS = {"wide": 1440, "narrow": 400}
ALL_RULES: dict[str, object] = {}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
LOOKS = (
    (("wide", "light", ALL_RULES), ("narrow", "dark", COLOURS))
    if os.environ.get("LOOKS") != "all"
    else tuple((width, scheme, ALL_RULES) for width in WIDTHS for scheme in ("light", "dark"))
)  # fmt: skip
"""All rules at the desk by day; what theme and width change are colours, and how much room there is. `make chaos`: all everywhere."""
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
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"


def audit(page: Page, url: str) -> list[str]:
    """What is wrong with the page at an address, in words."""
    page.goto(url)
    return look(page, url)


def look(page: Page, name: str) -> list[str]:
    """What is wrong with a page as it stands, in words; it is wide and light afterwards."""
    found = []
    page.evaluate(AXE)
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(DARK, scheme == "dark")
        page.evaluate(STILL)
        result = page.evaluate("rules => axe.run(rules)", rules)
        found += [
            f"{name}, {width} and {scheme}: {v['id']} {[node['target'] for node in v['nodes']]}"
            for v in result["violations"]
        ]
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{name}, {width}: scrolls sideways by {wide} px")
    page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
    page.emulate_media(color_scheme="light")
    page.evaluate(DARK, False)
    return found
