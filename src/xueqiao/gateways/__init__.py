"""What we call out to. Each gateway implements a port that a domain publishes; the server joins them."""
