"""Scoring: the evaluation rules of a tender, its price formulas, points and totals (SCORING.md sections 1 to 3)."""
