"""Results as charts, a map, pages and files for people."""
