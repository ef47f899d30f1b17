"""eudaimon gives a language model an inner life that aligns it: a council by day, and nights that train."""

__version__ = "0.1.0"
