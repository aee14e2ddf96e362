"""The commands of the lab: `eval`, `bench` and `train`. Only these import it, and only when they run."""
