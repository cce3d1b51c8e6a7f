// The columns of somebody's choices of privacy, in the order of PrivacyRow
// fragment: user
[user.private, user.discoverable, coalesce(user.hideFollowers, false), coalesce(user.hideFollowing, false),
 coalesce(user.hideCounts, false), coalesce(user.defaultAudience, 'PUBLIC'), coalesce(user.defaultReplies, 'EVERYONE'),
 coalesce(user.defaultQuotes, 'EVERYONE'), coalesce(user.sensitiveMedia, 'BLUR')]
