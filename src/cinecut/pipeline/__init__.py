"""The seven stages in order: what each reads, whether it must be done again, and doing it."""
