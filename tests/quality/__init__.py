"""How good the links are: `make quality` measures them and writes `docs/linking-quality.md`.

A module a kind (people, organisations, papers, topics) has `SETS`: what each set is called, with
the function that yields an `Evaluation` a method (`exact`, `baseline`, `ours`) from `../shared`.
"""
