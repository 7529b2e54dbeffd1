"""The way back: what an undo would do, and doing it."""
