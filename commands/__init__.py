"""The subcommands of `rookery`, one module per group."""
