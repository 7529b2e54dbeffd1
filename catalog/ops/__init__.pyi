"""The modules that commands use, each loaded when it is first used."""

from catalog.ops import backup, discovery, doctor, embedded_servers, supervisor

__all__ = ["backup", "discovery", "doctor", "embedded_servers", "supervisor"]
