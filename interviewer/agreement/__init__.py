"""How well a judge agrees with people: labels in, figures with intervals and a page out."""
