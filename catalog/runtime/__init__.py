"""What every process stands on: logs, secrets, storage, connections. It knows no products and no imports."""
