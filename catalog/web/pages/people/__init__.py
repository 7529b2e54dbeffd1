"""Pages of people: signing in, the account, users, tokens, the audit log."""
