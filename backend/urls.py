"""The site map, outermost. Pages live under /kk/, /ru/, /en/; what has no language stands before them."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
