"""The addresses of 設定 (below settings/) and of the first run (below setup/)."""

from django.urls import path

from madoguchi.desk.views import people, privacy, profile, setup, workspace

urlpatterns = [
    path("", workspace.settings, name="settings"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.password, name="profile-password"),
    path("profile/address/", profile.address, name="profile-address"),
    path("profile/address/forget/", profile.forget_address, name="profile-address-forget"),
    path("profile/sessions/end/", profile.end_other_sessions, name="profile-sessions-end"),
    path("profile/sessions/<str:handle>/end/", profile.end_session, name="profile-session-end"),
    path("profile/tokens/", profile.make_token, name="profile-tokens"),
    path("profile/tokens/<int:pk>/revoke/", profile.revoke_token, name="profile-token-revoke"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="people-invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/invite/", people.invite_again, name="person-invite"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person-deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="person-reactivate"),
    path("teams/", people.teams, name="teams"),
    path("teams/new/", people.team, name="team-new"),
    path("teams/<int:pk>/", people.team, name="team"),
    path("teams/<int:pk>/delete/", people.delete_team, name="team-delete"),
    path("workspace/", workspace.workspace, name="workspace"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("audit/", workspace.audit, name="audit"),
]

setup_urlpatterns = [
    path("", setup.setup, name="setup"),
    path("owner/", setup.owner, name="setup-owner"),
    path("workspace/", setup.workspace, name="setup-workspace"),
    path("mailbox/", setup.mailbox, name="setup-mailbox"),
    path("people/", setup.people, name="setup-people"),
    path("finish/", setup.finish, name="setup-finish"),
    path("demo/", setup.demo, name="setup-demo"),
]
