"""The address of a private file."""

from django.urls import path

from portal.files import views

app_name = "files"
urlpatterns = [path("<uuid:id>/", views.download, name="download")]
