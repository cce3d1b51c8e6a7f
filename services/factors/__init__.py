"""Second factors: authenticator apps, recovery codes and passkeys, and how they are proved."""
