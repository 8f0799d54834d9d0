"""What comes in: channels (`sources`), the guard, the archive."""
