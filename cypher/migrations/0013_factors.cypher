// Second factors: by whose they are; what somebody presents of them by id, and passkeys by what their devices call them.
CREATE CONSTRAINT totp_factor_id IF NOT EXISTS FOR (t:TotpFactor) REQUIRE t.id IS UNIQUE;
CREATE CONSTRAINT totp_factor_user IF NOT EXISTS FOR (t:TotpFactor) REQUIRE t.userId IS UNIQUE;
CREATE CONSTRAINT recovery_code_id IF NOT EXISTS FOR (c:RecoveryCode) REQUIRE c.id IS UNIQUE;
CREATE INDEX recovery_code_user IF NOT EXISTS FOR (c:RecoveryCode) ON (c.userId);
CREATE CONSTRAINT passkey_id IF NOT EXISTS FOR (p:Passkey) REQUIRE p.id IS UNIQUE;
CREATE CONSTRAINT passkey_credential IF NOT EXISTS FOR (p:Passkey) REQUIRE p.credentialId IS UNIQUE;
CREATE INDEX passkey_user IF NOT EXISTS FOR (p:Passkey) ON (p.userId);
