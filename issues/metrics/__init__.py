"""The public numbers (domain.md section 4). `survival` and `intervals` are pure: counts in, estimates out."""
