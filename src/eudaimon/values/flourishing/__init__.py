"""Flourishing: what is asked, how answers become levels with their uncertainty, and a profile one figure."""

from eudaimon.values.flourishing.fitting import Fit, fit
from eudaimon.values.flourishing.functioning import Functioning, differential
from eudaimon.values.flourishing.ontology import TOP, Domain, Facet, Item, Ontology, items, ontology
from eudaimon.values.flourishing.scoring import Level, Profile, expected, profiles
from eudaimon.values.flourishing.welfare import FAMILY, power_mean, power_means

__all__ = [
    "FAMILY",
    "TOP",
    "Domain",
    "Facet",
    "Fit",
    "Functioning",
    "Item",
    "Level",
    "Ontology",
    "Profile",
    "differential",
    "expected",
    "fit",
    "items",
    "ontology",
    "power_mean",
    "power_means",
    "profiles",
]
