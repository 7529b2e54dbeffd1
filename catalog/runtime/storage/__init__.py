"""Files by key: write, keep, open, copy, delete. `protocol` says what every storage can do; each kind of storage is a module.

Nothing else knows where files are: no path of an upload leaves this package.
"""

from catalog.runtime.storage.folder import Folder
from catalog.runtime.storage.protocol import Storage, Writer

__all__ = ["Folder", "Storage", "Writer"]
