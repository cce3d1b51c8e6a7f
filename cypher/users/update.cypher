// Change the profile of a person; only the properties given are touched
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "changes": {"bio": "hello"}}
// returns: row [columns of UserRow], no record where the account is gone or not in use, or has no such picture any more
MATCH (u:User {id: $id})
WHERE @user_active(u)
// The lock that the purge takes before it deletes a picture that nobody wears.
SET u.id = u.id
WITH u
WHERE all(picture IN [$changes.avatarId, $changes.coverId] WHERE picture IS NULL OR EXISTS {
  MATCH (m:Media {id: picture})
  WHERE m.ownerId = u.id
})
SET u += $changes
RETURN @user_columns(u) AS row
