// How posts are delivered, and why; deleted posts as well
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8058"]}
// returns: rows [id, delivery, reason or null, whether it belongs on home timelines, whether it was deleted], in any order
UNWIND $ids AS id
MATCH (p:Post {id: id})
RETURN collect([p.id, p.delivery, p.deliveryReason, p.home, p.deletedAt IS NOT NULL]) AS rows
