"""The life of an import, from the arriving file to accepted, rejected and undone rows."""
