"""What people ask of a persona: charters, their floors on visible text, and the good-enough rule."""

from eudaimon.values.charter import Article, Charter, floors, read_charter
from eudaimon.values.goodenough import Level, Standard
from eudaimon.values.predicate import Predicate
from eudaimon.values.reading import Document, read_yaml

__all__ = ["Article", "Charter", "Document", "Level", "Predicate", "Standard", "floors", "read_charter", "read_yaml"]
