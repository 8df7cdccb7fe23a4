from django.urls import path

from surveys.views import links

urlpatterns = [
    path("c/<str:code>/qr.svg", links.qr_svg, name="qr_svg"),
    path("c/<str:code>/qr.png", links.qr_png, name="qr_png"),
]
