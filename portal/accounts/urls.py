"""The account's pages. Sign-in and second factor are allauth's, under /accounts/."""

from django.urls import path

from portal.accounts import views
from portal.web.sessions import session

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/edit/", views.edit, name="account_edit"),
    path("account/memberships/<uuid:id>/", views.membership, name="account_membership"),
    path("account/second-factor/", views.second_factor, name="second_factor"),
    path("account/session/", session, name="account_session"),
    path("i18n/setlang/", views.set_language, name="set_language"),
]
