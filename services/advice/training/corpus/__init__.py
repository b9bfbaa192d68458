"""The corpus: made-up briefs, and drafts for them from hand-written phrases of two languages."""
