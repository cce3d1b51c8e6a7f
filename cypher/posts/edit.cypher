// Change what a post says: what it said becomes a version of it, with the audiences under which that stood; its edges to people
// and hashtags follow. What is null in `edit` stays as it is
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000, "edit": {"text": "hello @jo2", "warning": null, "sensitive": null, "lang": null, "found": null, "expected": null}, "mentionNames": ["jo2"], "mentionIds": ["01890a5d-ac96-774b-bcce-b302099a8059"], "hashtags": ["birds"], "window": 1800000, "most": 50}
// returns: row [outcome: 'GONE', 'EMPTY', 'SAME', 'CHANGED', 'LATE', 'OFTEN' or 'EDITED', columns of PostRow or null, until when
//          it may be edited, whether the author is private, ids that it mentioned before, ids that no version of it mentioned before,
//          hashtags that it has no more]; no record where the author is gone or not in use
MATCH (author:User {id: $author})
WHERE @user_active(author)
// The lock that `delete` and `set_audience` take, so that what becomes a version is what stood, with the audience under which it did.
SET author.id = author.id
WITH author
OPTIONAL MATCH (p:Post {id: $post})
WHERE p.authorId = author.id AND @post_live(p)
OPTIONAL MATCH (parent:Post {id: p.replyToId})
OPTIONAL MATCH (addressee:User {id: parent.authorId})
WHERE addressee.id <> author.id
WITH author, p, addressee,
     coalesce($edit.text, p.text) AS text,
     coalesce($edit.warning, p.warning, '') AS warning,
     coalesce($edit.sensitive, p.sensitive, false) AS sensitive,
     // What the author chose stays, what was found in the text of before is found anew.
     CASE
       WHEN $edit.lang IS NOT NULL THEN $edit.lang
       WHEN $edit.text <> p.text AND coalesce(p.langFound, p.lang IS NULL) THEN $edit.found
       ELSE p.lang
     END AS lang,
     coalesce(p.editedAt, p.createdAt) AS since
WITH *, CASE
       WHEN p IS NULL THEN 'GONE'
       WHEN text = '' AND size(p.mediaIds) = 0 THEN 'EMPTY'
       WHEN text = p.text AND warning = coalesce(p.warning, '') AND sensitive = coalesce(p.sensitive, false)
         AND coalesce(lang, '') = coalesce(p.lang, '') THEN 'SAME'
       WHEN $edit.expected <> since THEN 'CHANGED'
       WHEN $at > p.createdAt + $window THEN 'LATE'
       WHEN COUNT { (p)-[:HAD_VERSION]->() } >= $most THEN 'OFTEN'
       ELSE 'EDITED'
     END AS outcome
OPTIONAL CALL (author, p, addressee, text, warning, sensitive, lang, since, outcome) {
  WITH author, p, addressee, text, warning, sensitive, lang, since, outcome,
       // Two edits within a millisecond, or by clocks that differ, still follow each other.
       CASE WHEN $at > since THEN $at ELSE since + 1 END AS at,
       CASE WHEN @audience_public(p) AND NOT @user_public(author) THEN 'FOLLOWERS' ELSE p.audience END AS audience,
       p.mentionIds AS was,
       [(p)-[:TAGGED]->(tag) WHERE $edit.text IS NOT NULL AND NOT tag.name IN $hashtags | tag.name] AS untagged,
       COLLECT { MATCH (p)-[:HAD_VERSION]->(earlier) UNWIND earlier.mentionIds AS id RETURN DISTINCT id } AS ever,
       // Who is answered counts as mentioned.
       CASE WHEN addressee IS NULL OR addressee.id IN $mentionIds THEN [] ELSE [addressee] END AS answered
  WHERE outcome = 'EDITED'
  CREATE (p)-[:HAD_VERSION]->(:PostVersion {
    text: p.text, lang: p.lang, warning: p.warning, sensitive: p.sensitive, mentionNames: p.mentionNames, mentionIds: p.mentionIds,
    audiences: [each IN coalesce(p.stoodFor, []) WHERE each <> audience] + audience, writtenAt: since, replacedAt: at})
  SET p.text = text, p.editedAt = at,
      p.warning = CASE WHEN warning = '' THEN null ELSE warning END,
      p.sensitive = CASE WHEN sensitive THEN true END,
      // Of what has no language, it was looked for as well.
      p.langFound = CASE WHEN $edit.lang IS NULL AND coalesce(p.langFound, p.lang IS NULL) AND lang IS NOT NULL THEN true END,
      p.lang = lang,
      p.mentionNames = CASE WHEN $edit.text IS NULL THEN p.mentionNames ELSE $mentionNames + [each IN answered | each.username] END,
      p.mentionIds = CASE WHEN $edit.text IS NULL THEN was ELSE $mentionIds + [each IN answered | each.id] END
  REMOVE p.stoodFor
  WITH author, p, was, ever, untagged
  CALL (author, p) {
    MATCH (p)-[mentions:MENTIONS]->(user:User)
    WHERE NOT user.id IN p.mentionIds
    DELETE mentions
  }
  CALL (author, p) {
    // In the order of ids, as `create` has it. Nobody is notified of naming themselves.
    UNWIND p.mentionIds AS mentioned
    WITH DISTINCT author, p, mentioned ORDER BY mentioned
    MATCH (user:User {id: mentioned})
    WHERE mentioned <> author.id AND NOT EXISTS { (p)-[:MENTIONS]->(user) }
    CREATE (p)-[:MENTIONS]->(user)
  }
  CALL (p) {
    MATCH (p)-[tagged:TAGGED]->(tag:Hashtag)
    WHERE $edit.text IS NOT NULL AND NOT tag.name IN $hashtags
    DELETE tagged
  }
  CALL (p) {
    UNWIND $hashtags AS name
    MERGE (tag:Hashtag {name: name})
    MERGE (p)-[:TAGGED]->(tag)
  }
  SET p.language = @language_of(p)
  WITH p, author, was, ever, untagged
  CALL (p) {
    // The edges of all its hashtags, since they repeat its language, too.
    MATCH (p)-[tagged:TAGGED]->(tag:Hashtag)
    SET tagged = @tagged_columns(p, tag)
  }
  RETURN was, [id IN p.mentionIds WHERE id <> author.id AND NOT id IN was AND NOT id IN ever] AS new, untagged
}
RETURN [outcome, CASE WHEN p IS NULL THEN null ELSE @post_columns(p) END, p.createdAt + $window, author.private, was, new, untagged] AS row
