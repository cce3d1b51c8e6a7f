// The audience of a new post that does not say it: the narrower of its author's choice and of who sees what it answers. Close friends of
// somebody else are not those of the author. `addressee` is whom it answers, null for an answer to oneself
// fragment: author, parent, addressee
head([audience IN ['MENTIONED', 'CLOSE_FRIENDS', 'FOLLOWERS', 'PUBLIC']
  WHERE audience = coalesce(author.defaultAudience, 'PUBLIC') OR audience = CASE
    WHEN parent IS NULL THEN 'PUBLIC'
    WHEN addressee IS NULL THEN parent.audience
    WHEN @audience_close_friends(parent) THEN 'MENTIONED'
    WHEN @audience_public(parent) AND NOT @user_public(addressee) THEN 'FOLLOWERS'
    ELSE parent.audience
  END])
