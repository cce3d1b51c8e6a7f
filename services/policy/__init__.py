"""Who may see what: one set of rules, for statements and for rows at hand. `docs/policy.md` prints them."""
