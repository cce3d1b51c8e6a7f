// The columns of a person, in the order of UserRow
// fragment: person
[person.id, person.key, person.username, person.displayName, person.bio, person.location, person.website,
 person.avatarId, person.coverId, person.private, person.discoverable, person.state, person.verifiedAt, person.createdAt,
 coalesce(person.hideFollowers, false), coalesce(person.hideFollowing, false), coalesce(person.hideCounts, false)]
