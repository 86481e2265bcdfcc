"""The public record: an append-only chain of events for each issue (D11)."""
