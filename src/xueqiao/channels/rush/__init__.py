"""The front of the rush: waiting pages from memory, and submits in groups, beside Django. Read README.md first."""
