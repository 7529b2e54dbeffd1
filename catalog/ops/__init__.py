"""Keeping an installation alive: embedded servers, the supervisor, backup and restore, the doctor, vital signs."""
