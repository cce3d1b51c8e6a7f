// A viewer may see a post; the person is its author
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, post, person
(@post_live(post) AND @person_active(person) AND (@viewer_is_person(viewer, person) OR (NOT @blocked_either_way(viewer, person) AND ((@audience_public(post) AND (@person_public(person) OR @viewer_is_follower(viewer, post, person))) OR (@audience_followers(post) AND @viewer_is_follower(viewer, post, person)) OR (@audience_close_friends(post) AND @viewer_is_close_friend(viewer, person)) OR (@audience_mentioned(post) AND @viewer_mentioned(viewer, post))))))
