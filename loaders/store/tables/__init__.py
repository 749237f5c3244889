"""The tables of a set as files: rates as CSV, answers and questions as parts, what earlier versions wrote."""
