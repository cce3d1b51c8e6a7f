// A viewer may see a post; the person is its author
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, post, user
(@post_live(post) AND @user_active(user) AND (@viewer_is_user(viewer, user) OR (NOT @blocked_either_way(viewer, user) AND ((@audience_public(post) AND (@user_public(user) OR @viewer_is_follower(viewer, post, user) OR @viewer_mentioned(viewer, post))) OR (@audience_followers(post) AND (@viewer_is_follower(viewer, post, user) OR @viewer_mentioned(viewer, post))) OR (@audience_close_friends(post) AND @viewer_is_close_friend(viewer, user)) OR (@audience_mentioned(post) AND @viewer_mentioned(viewer, post))))))
