// A viewer may repost a post; the person is its author
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, post, user
(@post_live(post) AND @user_active(user) AND @audience_public(post) AND (@viewer_is_user(viewer, user) OR (NOT @blocked_either_way(viewer, user) AND @user_public(user))))
