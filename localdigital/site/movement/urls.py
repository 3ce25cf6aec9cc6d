"""The addresses of the movement: the page, and each chart as a drawing, a picture and a table."""

from django.urls import path

from localdigital.site.movement import views

urlpatterns = [
    path("", views.movement, name="movement"),
    path("<slug:key>.svg", views.drawing, name="chart_svg"),
    path("<slug:key>.png", views.picture, name="chart_png"),
    path("<slug:key>.csv", views.table, name="chart_csv"),
]
