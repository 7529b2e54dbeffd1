"""The steps of an import in which a person chooses: its first look, its controls, its pages."""
