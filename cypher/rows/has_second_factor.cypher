// Whether an account asks for more than a password
// fragment: account
(EXISTS { MATCH (totp:TotpFactor {userId: account.userId}) WHERE totp.confirmedAt IS NOT NULL } OR
 EXISTS { MATCH (:Passkey {userId: account.userId}) })
