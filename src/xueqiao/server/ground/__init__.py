"""Files that ship with the platform, each folder with its own README (origin, licence, checks). Read by `read.py`."""
