"""Files by key: write, keep, open, copy, delete. Nothing else knows where files are: no path leaves this package.

`protocol` says what every storage can do; `choice` makes the storage that the settings name.
"""

from catalog.runtime.storage.bucket import Bucket
from catalog.runtime.storage.choice import name, of, trouble
from catalog.runtime.storage.folder import Folder
from catalog.runtime.storage.moving import Incomplete, move
from catalog.runtime.storage.objects import Away
from catalog.runtime.storage.protocol import Storage, Writer

__all__ = ["Away", "Bucket", "Folder", "Incomplete", "Storage", "Writer", "move", "name", "of", "trouble"]
