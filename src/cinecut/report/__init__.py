"""The report beside a trailer: what was cut from where, why, and what was measured, as one page without a network."""
