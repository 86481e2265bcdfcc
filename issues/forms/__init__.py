"""Forms of drafts and of moves. `registry` says which page makes which move."""
