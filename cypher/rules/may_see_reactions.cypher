// A viewer may see which posts a person likes and reposts
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, user
((@user_active(user) AND (@viewer_is_user(viewer, user) OR NOT @blocked_either_way(viewer, user))) AND ((@user_public(user) OR @viewer_follows_user(viewer, user)) OR @viewer_is_user(viewer, user)))
