"""Who does which step when: state, locks, stop requests, resuming."""
