// A viewer may quote a post; the person is its author
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, post, user
(@post_live(post) AND @user_active(user) AND (@viewer_is_user(viewer, user) OR (NOT @blocked_either_way(viewer, user) AND (@audience_public(post) AND @user_public(user) AND (@quotes_from_everyone(post) OR (@quotes_from_followers(post) AND @viewer_follows_user(viewer, user)))))))
