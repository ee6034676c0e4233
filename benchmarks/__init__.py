"""Where the README's figures come from: each a ratio to a stated reference, in one run."""
