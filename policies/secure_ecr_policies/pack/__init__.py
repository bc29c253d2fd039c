"""The machinery of the pack: what a control is, what it judges, and how the engine hears of it."""
