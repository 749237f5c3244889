"""Political views: where models stand between two poles, how views shift. No direction is better."""

from dashboard.screens.political_views import show

show()
