// Who people are to providers by which they log in: by what names them there, where nobody is twice, and by whose they are here.
CREATE CONSTRAINT provider_identity IF NOT EXISTS FOR (i:ProviderIdentity) REQUIRE (i.issuer, i.subject) IS UNIQUE;
CREATE INDEX provider_identity_user IF NOT EXISTS FOR (i:ProviderIdentity) ON (i.userId);
