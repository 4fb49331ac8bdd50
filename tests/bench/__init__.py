"""How fast dialtree is, as ratios to hand-written SQL: `python -m tests.bench`."""
