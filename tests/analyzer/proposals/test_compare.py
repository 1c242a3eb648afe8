"""Which proposals are worth a place beside the others."""

from __future__ import annotations

from carveout.analyzer.model.boundary import Boundary, Proposal
from carveout.analyzer.proposals.compare import against, comparisons, side_by_side


def proposal(strategy: str, **metrics: float) -> Proposal:
    """A proposal of which the metrics alone are known."""
    return Proposal(Boundary(), strategy, metrics, ())


def test_comparisons_know_which_direction_is_better() -> None:
    """High SM is good, the others are good when low; ties, and what only informs, are left out."""
    one = {"services": 3, "SM": 0.2, "ICP": 0.3, "IFN": 1.0, "NED": 0.5, "shared tables": 0.1}
    two = {"services": 4, "SM": 0.1, "ICP": 0.2, "IFN": 1.0, "NED": 0.6, "ARI packages": 1.0}
    assert comparisons(one, two) == (["SM", "NED"], ["ICP"])


def test_worse_than_packages_is_said() -> None:
    """Better in nothing is another sentence than better in something."""
    yardstick = {"SM": 0.2, "ICP": 0.3}
    assert against({"SM": 0.1, "ICP": 0.3}, "packages", yardstick) == (
        "worse than packages in SM, better in nothing"
    )
    assert against({"SM": 0.3, "ICP": 0.4}, "packages", yardstick) == (
        "compared with packages: better in SM; worse in ICP"
    )
    yardstick = {"SM": 0.2, "ICP": 0.3, "IFN": 1.0}
    assert against({"SM": 0.3, "ICP": 0.4, "IFN": 2.0}, "packages", yardstick) == (
        "worse than packages in 2 of 3 figures that differ: ICP, IFN; better in SM"
    )


def test_what_is_beaten_in_all_is_left_out() -> None:
    """Only where another is as good in everything and better in something; the order is kept."""
    packages = proposal("packages", SM=0.2, ICP=0.3)
    worse = proposal("community", SM=0.1, ICP=0.3)
    other = proposal("data_first", SM=0.1, ICP=0.2)
    found = side_by_side([packages, worse, other], ("packages",))
    assert [each.strategy for each in found] == ["packages", "data_first", "community"]
    assert [each.left_out for each in found] == ["", "", "packages is as good in all and better in SM"]
    assert side_by_side([packages, worse], ("packages", "community"))[1].left_out == ""


def test_packages_stay_although_beaten() -> None:
    """The yardstick is always shown."""
    packages, better = proposal("packages", SM=0.1), proposal("community", SM=0.2)
    assert [each.left_out for each in side_by_side([packages, better], ("packages",))] == ["", ""]


def test_at_most_four_stand_side_by_side() -> None:
    """Of six that nobody beats, those that are best in nothing go."""
    names = ("SM", "ICP", "IFN", "NED", "shared tables")
    found = side_by_side(
        [
            proposal("packages", **dict.fromkeys(names, 0.5)),
            *(proposal(f"s{i}", **{**dict.fromkeys(names, 0.6), name: 0.1}) for i, name in enumerate(names)),
        ],
        ("packages",),
    )
    assert found[0].strategy == "packages"
    assert sum(not each.left_out for each in found) == 4 and len(found) == 6
