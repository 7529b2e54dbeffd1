"""Circuit breakers: what makes an import stop and ask, although nobody wanted to review it."""

from catalog import importer
from catalog.config import Settings

ASKED = "Somebody wanted to see the plan first."
POLICY = "Every import is reviewed before it is applied."
LANGUAGES = (
    "The column '{}' tells rows of the same SKU apart, as languages or views of a shop do. Only the last row of each SKU would be kept: "
    "{} would be lost. Send a file with the rows of one of them, or apply the plan if the last rows are the right ones."
)
TWINS = 1  # per cent of the rows
LOST = "The plan that was to be applied was lost in a crash, so it was made anew."


def reasons(
    settings: Settings,
    options: importer.Options,
    planned: importer.Planned,
    staged: importer.Staged,
    products: int,
) -> list[str]:
    """Why this plan waits for a decision, in sentences; none: it goes ahead. `products` are those of the catalog now."""
    found = [POLICY] * settings.review or [ASKED] * options.review
    found += _of_swallowed(options, staged)
    found += _of_languages(staged)  # how a file is read is no amount to confirm
    if options.confirmed:
        return found
    return [
        *found,
        *_of_sync(planned, staged),
        *_of_twins(settings, staged, products),
        *_of_size(settings, planned, staged, products),
    ]


def _of_swallowed(options: importer.Options, staged: importer.Staged) -> list[str]:
    """A sync takes the products of swallowed rows for absent: it asks whatever was confirmed before."""
    inside = staged.swallowed
    if not inside or options.mode != "sync":
        return []
    return [
        f"{importer.counted(inside, 'row')} may be inside of quoted cells, and a sync would take the products for absent."
    ]


def _of_sync(planned: importer.Planned, staged: importer.Staged) -> list[str]:
    """A product may be absent only because its row could not be read."""
    absent = planned.deactivated + planned.removed
    if not absent:
        return []
    verb = "deleted" if planned.removed else "deactivated"
    which = "that is not" if absent == 1 else "that are not"
    what = f"{importer.counted(absent, 'product')} {which} in the file would be {verb}"
    if not staged.staged:
        return [f"No row of the file could be used, and {what}."]
    if staged.rejected:
        was = "was" if staged.rejected == 1 else "were"
        return [
            f"{importer.counted(staged.rejected, 'row')} {was} refused, and {what}."
        ]
    return []


def _of_languages(staged: importer.Staged) -> list[str]:
    """The last row of a SKU is one of several languages, and nobody said which one counts."""
    lost = staged.noticed.lost_views()
    if not lost:
        return []
    column = staged.noticed.view_column()
    return [LANGUAGES.format(column, importer.counted(lost, "row"))]


def _of_twins(settings: Settings, staged: importer.Staged, products: int) -> list[str]:
    """Products that would be there twice, because nobody sees that their SKUs differ."""
    twins = staged.noticed.count("alike_known")
    if products < settings.breaker_from or 100 * twins <= TWINS * staged.rows:
        return []
    return [
        f"{importer.counted(twins, 'new SKU')} can't be told from known ones: they differ by characters that can't be seen or that look the same."
    ]


def _of_size(
    settings: Settings,
    planned: importer.Planned,
    staged: importer.Staged,
    products: int,
) -> list[str]:
    """Shares against the settings; small catalogs and small files are let through.

    A file that changes half of the products is usual, and by chance it is a little more: there a whole per cent counts.
    """
    gone = planned.deleted + planned.removed + planned.deactivated
    changed = planned.updated + planned.deactivated
    half = settings.breaker_changed
    inside = " or may be inside of quoted cells" if staged.swallowed else ""
    lost = f"of the rows were refused{inside}"
    looks = (
        (settings.breaker_gone, gone + planned.switched_off, products, "of the products would be deactivated or deleted"),
        (settings.breaker_rejected, staged.rejected + staged.swallowed, staged.rows + staged.swallowed, lost),
        (half and half + 0.99, changed, products, "of the products would change"),
    )  # fmt: skip
    return [
        f"{100 * part / whole:.1f} % {words} ({part:,} of {whole:,})."
        for most, part, whole, words in looks
        if 0 < most < 100
        and whole >= settings.breaker_from
        and 100 * part > most * whole
    ]
