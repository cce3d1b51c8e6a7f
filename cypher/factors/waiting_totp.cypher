// The authenticator app that somebody is setting up
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: found, [id, sealed secret]; no record where there is none
MATCH (factor:TotpFactor {userId: $viewer})
WHERE factor.confirmedAt IS NULL
RETURN [factor.id, factor.secretSealed] AS found
