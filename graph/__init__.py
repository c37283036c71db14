"""From a programme to a validated, published graph."""
