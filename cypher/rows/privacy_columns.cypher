// The columns of somebody's choices of privacy, in the order of PrivacyRow
// fragment: person
[person.private, person.discoverable, coalesce(person.hideFollowers, false), coalesce(person.hideFollowing, false),
 coalesce(person.hideCounts, false), coalesce(person.defaultAudience, 'PUBLIC'), coalesce(person.defaultReplies, 'EVERYONE')]
