// Call a passkey of the viewer something else
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058", "name": "Laptop"}
// returns: passkey, its columns, or null where the viewer has no such one; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
OPTIONAL MATCH (passkey:Passkey {id: $id})
WHERE passkey.userId = viewer.id
FOREACH (each IN CASE WHEN passkey IS NULL THEN [] ELSE [passkey] END | SET each.name = $name)
RETURN CASE WHEN passkey IS NOT NULL THEN @passkey_columns(passkey) END AS passkey
