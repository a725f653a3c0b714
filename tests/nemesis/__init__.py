"""The nemesis kit: the real product under load, killed again and again, and a checker that reads everything afterwards.

    python -m tests.nemesis --help

region.py runs the product, clients.py uses it over HTTP and keeps the history, faults.py breaks it, checker.py judges.
"""
