"""In-app and mail notices in both languages."""
