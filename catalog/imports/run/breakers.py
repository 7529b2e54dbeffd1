"""Circuit breakers: why an import stops and asks although no review was requested."""

from catalog import importer
from catalog.imports.report.wording import Stop, share
from catalog.notation import noun_of, plural
from catalog.runtime import Settings

ASKED = Stop("asked", "A review was requested.")
POLICY = Stop("policy", "Every import is reviewed before it is applied.")
LOST = Stop("lost", "The review was lost in a crash before it was applied, so it was prepared again.")
LANGUAGES = (
    "The column '{}' distinguishes rows with the same SKU by language or store view."
    " Only the last row of each SKU would be kept: {} would be lost."
    " Import a file with one language or store view, or apply the review if the last rows are the right ones."
)
TWINS = 1  # per cent of the rows


def reasons(
    settings: Settings, options: importer.Options, planned: importer.Planned, staged: importer.Staged, products: int
) -> list[Stop]:
    """Why this plan waits for a decision; empty: it is applied. `products` is the number of products in the catalog."""
    found = [POLICY] * settings.review or [ASKED] * options.review
    found += _of_swallowed(options, staged)
    found += _of_languages(staged)  # --yes confirms large changes, not how a file is read
    if options.confirmed:
        return found
    return [
        *found,
        *_of_sync(planned, staged),
        *_of_twins(settings, staged, products),
        *_of_size(settings, planned, staged, products),
    ]


def _of_swallowed(options: importer.Options, staged: importer.Staged) -> list[Stop]:
    """A sync would deactivate or delete products of swallowed rows: it asks even if large changes were confirmed."""
    inside = staged.swallowed
    if not inside or options.mode != "sync":
        return []
    words = f"{plural(inside, 'row')} may be inside quoted cells, and a sync would deactivate or delete their products."
    if staged.taken_out:
        named = plural(staged.taken_out, "product")
        words += f" Text inside the cells names {named} that no row of the file has."
    return [Stop("sync_swallowed", words)]


def _of_sync(planned: importer.Planned, staged: importer.Staged) -> list[Stop]:
    """The reasons of a sync: a product may be absent only because its row was rejected."""
    absent = planned.deactivated + planned.removed
    if not absent:
        return []
    verb = "deleted" if planned.removed else "deactivated"
    products = plural(absent, "product")
    if not staged.staged:
        return [Stop("sync_empty", f"No row of the file could be imported, so {products} would be {verb}.")]
    if staged.rejected:
        was = noun_of(staged.rejected, "was", "were")
        rejected = plural(staged.rejected, "row")
        return [
            Stop(
                "sync_rejected",
                f"{rejected} {was} rejected, and {products} without an accepted row in the file would be {verb}.",
            )
        ]
    return []


def _of_languages(staged: importer.Staged) -> list[Stop]:
    """The rows of a SKU are in several languages, and it is not clear which one is wanted."""
    lost = staged.noticed.lost_views()
    if not lost:
        return []
    column = staged.noticed.view_column()
    words = LANGUAGES.format(column, plural(lost, "row"))
    return [Stop("languages", words)]


def _of_twins(settings: Settings, staged: importer.Staged, products: int) -> list[Stop]:
    """New products whose SKUs look like known ones."""
    twins = staged.noticed.count("alike_known")
    if products < settings.breaker_from or 100 * twins <= TWINS * staged.rows:
        return []
    like = noun_of(twins, "looks like a known one: the two differ", "look like known ones: they differ")
    words = f"{plural(twins, 'new SKU')} {like} only in characters that are invisible or look the same."
    return [Stop("alike_known", words)]


def _of_size(settings: Settings, planned: importer.Planned, staged: importer.Staged, products: int) -> list[Stop]:
    """The percentages of the settings, for large enough catalogs and files.

    Many files change half of the products, and by chance a few more. So the share of changed products must exceed its
    limit by a whole per cent.
    """
    gone = planned.deleted + planned.removed + planned.deactivated
    changed = planned.updated + planned.deactivated
    half = settings.breaker_changed
    inside = " or may be inside quoted cells" if staged.swallowed else ""
    lost = f"of the rows were rejected{inside}"
    looks = (
        (
            "gone",
            settings.breaker_gone,
            gone + planned.switched_off,
            products,
            "of the products would be deactivated or deleted",
        ),
        (
            "rejected",
            settings.breaker_rejected,
            staged.rejected + staged.swallowed,
            staged.rows + staged.swallowed,
            lost,
        ),
        (
            "duplicates",
            settings.breaker_duplicates,
            planned.duplicates,
            staged.rows,
            "of the rows repeat the SKU of another row: only the last of each would be kept",
        ),
        ("changed", half and half + 0.99, changed, products, "of the products would change"),
    )
    return [
        Stop(kind, f"{share(part, whole)} {words} ({part:,} of {whole:,}).")
        for kind, most, part, whole, words in looks
        if 0 < most < 100 and whole >= settings.breaker_from and 100 * part > most * whole
    ]
