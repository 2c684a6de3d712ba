"""What changes the staff: people, invitations, passwords and sessions, tokens, teams, the workspace.

Whoever acts is checked here (`rights`): a face only hides the button.
"""

from madoguchi.accounts.actions.addresses import ask_new_address, confirm_new_address, forget_new_address
from madoguchi.accounts.actions.invitations import accept_invitation, invite_user, renew_invitation
from madoguchi.accounts.actions.passwords import (
    check_password_strength,
    note_reset_asked,
    prove_password,
    set_password,
)
from madoguchi.accounts.actions.people import (
    LastOwner,
    change_user,
    create_user,
    deactivate_user,
    keep_preference,
    reactivate_user,
)
from madoguchi.accounts.actions.sessions import (
    end_other_sessions,
    end_session,
    note_failed_sign_in,
    note_session,
    note_sign_in,
    note_sign_out,
    note_two_step,
    sweep_sessions,
)
from madoguchi.accounts.actions.teams import create_team, delete_team, rename_team, set_team_members, set_teams_of
from madoguchi.accounts.actions.tokens import create_token, revoke_token
from madoguchi.accounts.actions.workspace import AlreadySetUp, finish_setup, make_first_owner, set_up_workspace

__all__ = [
    "AlreadySetUp",
    "LastOwner",
    "accept_invitation",
    "ask_new_address",
    "change_user",
    "check_password_strength",
    "confirm_new_address",
    "create_team",
    "create_token",
    "create_user",
    "deactivate_user",
    "delete_team",
    "end_other_sessions",
    "end_session",
    "finish_setup",
    "forget_new_address",
    "invite_user",
    "keep_preference",
    "make_first_owner",
    "note_failed_sign_in",
    "note_reset_asked",
    "note_session",
    "note_sign_in",
    "note_sign_out",
    "note_two_step",
    "prove_password",
    "reactivate_user",
    "rename_team",
    "renew_invitation",
    "revoke_token",
    "set_password",
    "set_team_members",
    "set_teams_of",
    "set_up_workspace",
    "sweep_sessions",
]
