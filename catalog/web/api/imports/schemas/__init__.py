"""What goes in and out of imports, as marshmallow says it."""
