"""The five-level network: institutions, their parents and areas, venues and rooms, certification."""
