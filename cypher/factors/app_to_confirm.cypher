// The authenticator app of somebody who confirms one
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: found, [id, sealed secret, whether it is confirmed]; no record where there is none
MATCH (factor:TotpFactor {userId: $viewer})
RETURN [factor.id, factor.secretSealed, factor.confirmedAt IS NOT NULL] AS found
