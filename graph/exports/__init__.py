"""Programmes and papers in the formats of calendars, schedules and reference managers."""
