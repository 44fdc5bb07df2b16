"""What `make_scan_catalogue.py` is made of: see its `--help`."""
