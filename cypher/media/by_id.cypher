// Pictures, of those ids that exist
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows, a list of lists in the order of the fields of MediaRow, in no order of their own
UNWIND $ids AS id
MATCH (m:Media {id: id})
RETURN collect(@media_columns(m)) AS rows
