"""What is measured, and how sure it is.

Import the part that you need: `statistics` (intervals, corrections, permutation tests), `village` and `provider` (the
village's gold for Inspect), `actors` (who may answer villagers), `baselines` (rivals that cannot read), `audit`
(whether the village keeps its own rules). Gold is read here, so nothing that trains may import this room.
"""
