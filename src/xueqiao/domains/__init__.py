"""What is true: one package per subdomain, each entered by its door `api.py`."""
