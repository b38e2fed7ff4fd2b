"""The demo: the whole product over sandbox shops, and the proof of its figures."""
