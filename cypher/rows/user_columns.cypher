// The columns of a person, in the order of UserRow
// fragment: user
[user.id, user.key, user.username, user.displayName, user.bio, user.location, user.website,
 user.avatarId, user.coverId, user.private, user.discoverable, user.state, user.verifiedAt, user.createdAt,
 coalesce(user.hideFollowers, false), coalesce(user.hideFollowing, false), coalesce(user.hideCounts, false),
 coalesce(user.sensitiveMedia, 'BLUR'), coalesce(user.pinnedIds, [])]
