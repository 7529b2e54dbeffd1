"""Every setting: what each process reads of its environment, and the folder of the project."""

from catalog.runtime.settings.settings import LONG_FORMS, PROJECT, Settings, variables
from catalog.runtime.settings.value_types import ROLES, Role

__all__ = ["LONG_FORMS", "PROJECT", "ROLES", "Role", "Settings", "variables"]
