"""Networks of people, organisations and topics that works tie: measured, chosen, drawn."""
