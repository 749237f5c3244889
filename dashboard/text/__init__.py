"""Text from data, made safe to show: on one line, without control characters, not too long, never as markup. Pure."""
