"""What happens: pure functions, typed values in, one typed value out; no clock, disk, network or logger."""
