"""Scripts for developers of the shop; the shop itself needs none of them."""
