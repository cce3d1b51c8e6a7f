// Links in mails: by the mail that carries them, by what proves them, by whose they are, and by when they end.
CREATE CONSTRAINT email_link_id IF NOT EXISTS FOR (l:EmailLink) REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT email_link_token IF NOT EXISTS FOR (l:EmailLink) REQUIRE l.tokenHash IS UNIQUE;
CREATE INDEX email_link_user IF NOT EXISTS FOR (l:EmailLink) ON (l.userId);
CREATE INDEX email_link_end IF NOT EXISTS FOR (l:EmailLink) ON (l.expiresAt);
// Mails that are to be sent, by when they are due.
CREATE CONSTRAINT mail_id IF NOT EXISTS FOR (m:Mail) REQUIRE m.id IS UNIQUE;
CREATE INDEX mail_due IF NOT EXISTS FOR (m:Mail) ON (m.state, m.dueAt);
