"""Why a file could not be fetched, in words, whatever the error was."""

import structlog

from catalog.imports.intake import bundles, uploads
from catalog.imports.sources import answers
from catalog.imports.waiting.turn import TooManyWaiting
from catalog.runtime import sealing

log = structlog.get_logger()


def of(error: Exception, **about: int) -> answers.Failed:
    """The message for a failed run; an error of Catalog is logged with the ids of what it is `about`."""
    if isinstance(error, answers.Failed):
        return error
    if isinstance(error, bundles.Unreadable | TooManyWaiting):
        return answers.Failed(str(error))
    if isinstance(error, uploads.TooLarge):
        return answers.Failed(answers.TOO_LARGE)
    if isinstance(error, sealing.Unreadable):
        return answers.Failed("The URL can't be decrypted: SECRET_KEY was changed. Enter the URL again.")
    log.error("a file could not be fetched", exc_info=error, **about)
    return answers.Failed("This is an error in Catalog. See the log.")
