"""Warnings: what looks wrong in rows that are accepted anyway."""
