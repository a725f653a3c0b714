"""Signed credentials: canonical form, Ed25519 proof, did:key, sealed private keys, and the offline check of a file."""
