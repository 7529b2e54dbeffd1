"""For templates: filters, numbers and times of the viewer, and URLs of scripts and styles."""
