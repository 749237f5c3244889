"""One model on one behaviour: answers to a rate with its interval, and may it be used."""
