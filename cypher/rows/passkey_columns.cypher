// The columns of a passkey as its owner sees it, in the order of Passkey
// fragment: passkey
[passkey.id, passkey.userId, passkey.name, passkey.createdAt, passkey.lastUsedAt, passkey.backedUp]
