"""Every statement that moves an import from one state to another."""
