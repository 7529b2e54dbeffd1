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
AXED = """async part => {
    const result = await axe.run(part ?? document, {resultTypes: ["violations"]});
    return result.violations.map(one => [one.id, one.nodes.map(node => node.target)]);
}"""
# Text needs room to its neighbour, to the border of its row and to the frame around the table; fields side by side are
# on one line.
CROWDED = """() => {
    const shown = one => one.checkVisibility({opacityProperty: true, visibilityProperty: true});
    const isRow = row => shown(row) && getComputedStyle(row).display === "table-row"; // on a phone a row is a card
    const clipping = (node, cell) => {
        for (let box = node.parentElement; box !== cell.parentElement; box = box.parentElement)
            if (getComputedStyle(box).overflowX !== "visible") return box.getBoundingClientRect();
    };
    const extent = cell => {
        const parts = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const range = document.createRange(), clip = clipping(node, cell);
            range.selectNode(node);
            if (clip?.width <= 1) continue; // for screen readers alone
            for (const part of range.getClientRects())
                if (part.width > 1)
                    parts.push({...part.toJSON(), right: Math.min(part.right, clip?.right ?? part.right)});
        }
        return parts.length && {
            left: Math.min(...parts.map(part => part.left)), right: Math.max(...parts.map(part => part.right)),
            top: Math.min(...parts.map(part => part.top)), bottom: Math.max(...parts.map(part => part.bottom)),
        };
    };
    const framed = one => {
        for (let box = one.closest("table").parentElement; box && box !== document.body; box = box.parentElement)
            if (parseFloat(getComputedStyle(box).borderLeftWidth) > 0) return box.getBoundingClientRect();
    };
    const name = one => `${one.closest("[id]")?.id} ${one.className} "${one.textContent.trim().slice(0, 30)}"`;
    const found = [];
    for (const row of [...document.querySelectorAll("main tr")].filter(isRow)) {
        const cells = [...row.cells].filter(shown).map(cell => [cell, extent(cell)]).filter(([, text]) => text);
        cells.sort((one, other) => one[1].left - other[1].left);
        cells.forEach(([cell, text], place) => {
            const box = cell.getBoundingClientRect(), frame = framed(cell), next = cells[place + 1]?.[1];
            if (text.top - box.top < 2 || box.bottom - text.bottom < 2)
                found.push(`no room above or below: ${name(cell)}`);
            if (frame && text.left - frame.left < 6) found.push(`at the frame: ${name(cell)}`);
            if (next && next.left - text.right < 4 && next.top < text.bottom && text.top < next.bottom)
                found.push(`touches its neighbour: ${name(cell)}`);
        });
    }
    const fields = "input:not([type=checkbox], [type=radio], [type=hidden], [type=file]), select";
    for (const group of document.querySelectorAll("main form *, main dialog[open] *")) {
        const controls = [...group.children]
            .map(child => [...child.querySelectorAll(fields)].filter(shown)).filter(some => some.length === 1);
        const boxes = controls.map(([control]) => control.getBoundingClientRect());
        boxes.slice(1).forEach((box, place) => {
            const before = boxes[place], sideways = box.left >= before.right || before.left >= box.right;
            const named = at => controls[at][0].name;
            if (sideways && box.top < before.bottom && before.top < box.bottom
                    && Math.abs(box.bottom - before.bottom) > 2)
                found.push(`not on the line of its neighbour: ${named(place + 1)} beside ${named(place)}`);
        });
    }
    return [...new Set(found)];
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"


def audit(page: Page, url: str) -> list[str]:
    """What is wrong with the page at an address, in words."""
    page.goto(url)
    return look(page, url)


def look(page: Page, name: str, part: str | None = None) -> list[str]:
    """What is wrong with a page as it stands, in words; it is wide and light afterwards.

    Where only a `part` of the page is new since it was looked at, axe needs to see no more than that.
    """
    part = None if os.environ.get("LOOKS") == "all" else part
    found = []
    if not page.evaluate("() => 'axe' in window"):  # half a megabyte; the page of the look before has it
        page.evaluate(AXE)
    for width, scheme in next(LOOKS):
        page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(DARK, scheme == "dark")
        page.evaluate(STILL)
        found += [f"{name}, {width} and {scheme}: {rule} {targets}" for rule, targets in page.evaluate(AXED, part)]
        found += _too_wide(page, name)
        found += [f"{name}, {width} and {scheme}: {crowded}" for crowded in page.evaluate(CROWDED)]
    page.set_viewport_size({"width": WIDTHS["narrow"], "height": 900})
    found += _too_wide(page, name)
    page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
    page.emulate_media(color_scheme="light")
    page.evaluate(DARK, False)
    return found


def _too_wide(page: Page, name: str) -> list[str]:
    width, wide = page.evaluate("innerWidth"), page.evaluate(TOO_WIDE)
    return [f"{name}, {width} px: scrolls sideways by {wide} px"] if wide > 0 else []
