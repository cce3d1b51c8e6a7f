"""How operations run: a selection that is asked for again is compiled to Python; see `docs/execution.md`."""
