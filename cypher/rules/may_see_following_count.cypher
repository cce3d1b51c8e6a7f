// A viewer may see how many a person follows
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, user
((@user_active(user) AND (@viewer_is_user(viewer, user) OR NOT @blocked_either_way(viewer, user))) AND (@viewer_is_user(viewer, user) OR @shows_following(user) OR @shows_counts(user)))
