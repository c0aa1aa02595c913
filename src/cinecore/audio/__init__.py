"""Sound as numbers: measured, composed, mixed and read; float32 arrays of (samples, 2) at 48 kHz."""
