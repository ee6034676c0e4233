"""The probe has no routes: it is asked through its contract alone."""

urlpatterns = []
