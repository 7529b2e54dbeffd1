"""Products: edit one, change many, find and export them."""
