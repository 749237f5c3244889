"""Gender bias: do pronouns follow the statistics of occupations?"""

from dashboard.screens.gender_bias import show

show()
