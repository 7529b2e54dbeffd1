"""What templates use: filters, and addresses of scripts and styles."""
