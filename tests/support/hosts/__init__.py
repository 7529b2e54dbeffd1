"""Several hosts on one machine: network namespaces with private disks, a cable each, and what Catalog needs from others."""
