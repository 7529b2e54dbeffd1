"""The commands, a few of one subject in a file. Each calls the services that the pages call."""
