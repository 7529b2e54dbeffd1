"""What pages and the API share of HTTP: bodies, rights, headers, streams, uploads in parts."""
