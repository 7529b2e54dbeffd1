"""Several hosts on one machine: network namespaces with private disks, a cable each, and the servers for Catalog."""
