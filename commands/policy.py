"""`rookery policy`: prints the visibility rules from the code."""

from pathlib import Path

from services.policy.printing import fragments, page


def print_policy() -> None:
    """Print the page of the rules to standard output."""
    print(page(), end="")  # noqa: T201 - the result of the command


def files(root: Path) -> dict[Path, str]:
    """Return the generated files by their path in a checkout."""
    rules = {root / "cypher" / "rules" / f"{name}.cypher": text for name, text in fragments().items()}
    return {root / "docs" / "policy.md": page(), **rules}


def write_policy(root: Path) -> None:
    """Write the generated files, and delete files of rules that no longer exist."""
    printed = files(root)
    (root / "cypher" / "rules").mkdir(exist_ok=True)
    for path in (root / "cypher" / "rules").glob("*.cypher"):
        if path not in printed:
            path.unlink()
    for path, text in printed.items():
        path.write_text(text, "utf-8")
