"""From staged rows to the catalog: the plan, its review, its conflicts, and applying it."""
