"""How a graph is shown: command line, SPARQL protocol, pages."""
