"""What proxies say they can is what the documentation says, and each claim has its meaning."""

from pathlib import Path

from carveout.analyzer.plugins import plugins
from carveout.generators.features import BEGIN, END, FEATURES, table

PAGE = Path(__file__).parents[3] / "docs/proxies.md"


def test_the_table_of_the_documentation_is_that_of_the_emitters() -> None:
    """Renew it by what this test prints."""
    shown = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == table(plugins("generators.proxies", "proxy")).strip()


def test_both_proxies_claim_what_a_split_needs() -> None:
    """All but what a proxy has no means for."""
    cans = {proxy.name: proxy.can for proxy in plugins("generators.proxies", "proxy")}
    assert cans["envoy"] == frozenset(FEATURES)
    assert frozenset(FEATURES) - cans["nginx"] == {"mtls", "circuit-breaking", "mirror-apart"}
