"""Purchase requests and the projects they become: need, feasibility and budget, working group, approval, stages."""
