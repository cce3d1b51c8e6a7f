// Write the events of a change into the outbox, in the transaction of the change
// params: {"events": [{"id": "01890a5d-ac96-774b-bcce-b302099a8057", "type": "post.created", "at": 1700000000000, "payload": "{}"}]}
// returns: added, how many
UNWIND $events AS event
CREATE (o:Outbox {id: event.id, type: event.type, at: event.at, payload: event.payload})
RETURN count(o) AS added
