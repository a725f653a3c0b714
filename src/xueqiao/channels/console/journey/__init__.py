"""`xueqiao journey`: walk one resident's whole way over HTTP, wrong turns included, on a throwaway region."""
