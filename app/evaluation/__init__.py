"""5. Ranking of closed tenders, by R-label (DESIGN.md section 2)."""
