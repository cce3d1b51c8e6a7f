// A page of posts by id: those of them that a stranger may see. What they answer and quote is named where a stranger may see it as well
// params: {"after": "018bcfe5-6800-0000-0000-000000000000", "end": "018c6d80-0000-0000-0000-000000000000", "limit": 1000, "text": false}
// returns: row [how many were read, the last id of these, rows [id, author's id, at, language, kind, id of what it answers, of the first
//          of its thread, of what it quotes, length, pictures, whether there is a warning, whether it was edited, text or null]]
// slow: a thousand posts
MATCH (p:Post)
USING INDEX SEEK p:Post(id)
WHERE p.id > $after AND p.id < $end
WITH p
ORDER BY p.id
LIMIT $limit
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
OPTIONAL MATCH (author:User {id: p.authorId})
OPTIONAL MATCH (parent:Post {id: p.replyToId})
OPTIONAL MATCH (answered:User {id: parent.authorId})
OPTIONAL MATCH (first:Post {id: p.rootId})
OPTIONAL MATCH (began:User {id: first.authorId})
OPTIONAL MATCH (quoted:Post {id: p.quoteOfId})
OPTIONAL MATCH (cited:User {id: quoted.authorId})
WITH p, coalesce(@may_see_post(nobody, p, author), false) AS shown,
     CASE WHEN @may_see_post(nobody, parent, answered) THEN parent.id END AS replyTo,
     CASE WHEN @may_see_post(nobody, first, began) THEN first.id END AS root,
     CASE WHEN p.quoteDetachedAt IS NULL AND @may_see_post(nobody, quoted, cited) THEN quoted.id END AS quoteOf
WITH p, CASE WHEN shown THEN [
  p.id, p.authorId, p.createdAt, p.lang,
  CASE WHEN p.replyToId IS NOT NULL THEN 'REPLY' WHEN p.quoteOfId IS NOT NULL THEN 'QUOTE' ELSE 'POST' END,
  replyTo, root, quoteOf, size(p.text), size(p.mediaIds),
  coalesce(p.warning, '') <> '' OR coalesce(p.sensitive, false), p.editedAt IS NOT NULL, CASE WHEN $text THEN p.text END] END AS row
RETURN [count(p), max(p.id), collect(row)] AS row
