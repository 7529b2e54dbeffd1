"""What makes a row fit for the catalog, and the reasons why another is rejected."""
