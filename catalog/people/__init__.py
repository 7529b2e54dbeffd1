"""Who may do what: users, sessions, passwords, second factors, tokens, the throttle and the audit log."""
