"""Xueqiao (学桥): software that runs a whole region's lifelong education."""

__version__ = "0.1.0"
