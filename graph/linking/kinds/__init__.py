"""What is linked: a module a kind says what its records are."""
