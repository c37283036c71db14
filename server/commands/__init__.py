"""The commands of the symposia command line, one module each."""
