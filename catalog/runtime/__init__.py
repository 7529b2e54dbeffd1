"""What every process uses: logs, secrets, storage, connections. It knows no products and no imports."""
