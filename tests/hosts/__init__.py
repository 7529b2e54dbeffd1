"""Catalog on several hosts, which are network namespaces: unplugged, killed, without servers. Long, but the network."""
