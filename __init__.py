"""Symposia: conference programmes as linked open data; the repository root is the package."""
