"""What the `rookery` command does, one module a group of subcommands."""
