"""The life of an import, from the file that arrives to the rows that are taken, rejected or taken back."""
