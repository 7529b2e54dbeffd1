"""What goes in and out, as marshmallow says it: one module a blueprint, and `base` for what they share."""
