"""What `tests.benchmarks.live` compares ours with, and the client that counts."""
