// A person may be suggested to a viewer
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, user
((@user_active(user) AND (@viewer_is_user(viewer, user) OR NOT @blocked_either_way(viewer, user))) AND @user_discoverable(user))
