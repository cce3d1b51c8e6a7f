// A viewer may see how often a post was viewed; the person is its author
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, post, user
(@post_live(post) AND @user_active(user) AND (@viewer_is_user(viewer, user) OR (NOT @blocked_either_way(viewer, user) AND @audience_public(post) AND @user_public(user))))
