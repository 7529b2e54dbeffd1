"""What templates and their files stand on: filters, and addresses of scripts and styles."""
