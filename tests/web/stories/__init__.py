"""Stories: people with a real browser."""
