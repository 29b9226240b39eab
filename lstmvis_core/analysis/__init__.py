"""What a model knows, beside simpler models and what is known of its text."""
