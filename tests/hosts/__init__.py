"""Catalog on several hosts, which are network namespaces: unplugged, killed, without their servers. Long, but for the network itself."""
