"""What command lines share: words, progress, errors as messages, a polite end. Typer and Rich are known here."""
