"""What every operation of the API goes through: its token, its limit, its key, its problems."""
