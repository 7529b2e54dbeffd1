"""What looks wrong in rows that are taken all the same."""
