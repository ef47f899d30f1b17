"""How approval goes with flourishing, as it comes out."""

from eudaimon.evals.couplings import couplings


def test_every_family_has_its_sign_and_the_neutral_ones_none() -> None:
    found = couplings(each=3, seeds=4)
    assert len(found) == 9
    for family, value in found.items():
        coupling = family.split(",")[0]
        bounds = {"aligned": (0.4, 0.9), "neutral": (-0.2, 0.2), "opposed": (-0.9, -0.4)}
        assert bounds[coupling][0] < value < bounds[coupling][1], family
