"""What a thing costs today."""
