"""6. The decision by alias, the unsealing of names, the award and its savings (DESIGN.md section 2)."""
