"""A whole month on the real plan, with returns as people send them. `play.play` is the verb `demo`."""
