"""The `holegram` command."""
