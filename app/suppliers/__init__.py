"""1. Suppliers: registration, evidence, certification, suspension, import."""
