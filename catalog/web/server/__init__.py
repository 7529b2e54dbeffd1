"""What gunicorn needs of us: a worker that waits for whole requests, and its log."""
