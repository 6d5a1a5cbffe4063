"""What a judge learns from a coach's labels: notes, worked examples, a map of probabilities; each kept only if it helps."""
