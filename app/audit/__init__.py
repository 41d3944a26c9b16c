"""7. The auditor's room: the timeline, the exports, and the verifier that runs on the auditor's own machine."""
