"""The choices of an import: their declaration, their checks, their JSON, and the choices about columns."""
