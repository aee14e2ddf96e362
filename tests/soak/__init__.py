"""An editor that does everything at random, for as long as one likes: `python -m tests.soak`."""
