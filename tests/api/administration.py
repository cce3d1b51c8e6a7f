"""What administrators send, and how there comes to be one."""

from typing import Any

from graph.rows.roles import AccountRole
from tests.api.product import Person, Product

GRANT = "mutation ($input: GrantRoleInput!) { grantRole(input: $input) { user { id } roles } }"
REVOKE = "mutation ($input: RevokeRoleInput!) { revokeRole(input: $input) { user { id } roles } }"
VERIFY = "mutation ($input: VerifyUserInput!) { verifyUser(input: $input) { user { id verifiedAt } } }"
UNVERIFY = "mutation ($input: UnverifyUserInput!) { unverifyUser(input: $input) { user { id verifiedAt } } }"
ROLES = "{ viewer { roles } }"
AUDIT = """query ($first: Int, $after: String, $action: AuditAction, $subject: ID) {
  auditLog(first: $first, after: $after, action: $action, subjectId: $subject) {
    edges { node { at action actorUsername subjectUsername subjectId reason details { name value } actor { id } subject { id } } }
    pageInfo { hasNextPage endCursor }
  }
}"""
ALL_ROLES = ["MEMBER", "MODERATOR", "ANALYST", "ADMINISTRATOR"]


async def administrator(product: Product, username: str = "boss", role: AccountRole = AccountRole.ADMINISTRATOR) -> Person:
    """Make somebody who holds a role by order of the operator."""
    person = await product.sign_up(username)
    await product.served.parts.accounts.roles.grant_by_operator(username, role, "The first one.")
    return person


async def granted(product: Product, by: Person, user: Person, role: str) -> list[str]:
    """Give a role, and return what the person holds then."""
    answer = await product.run(GRANT, by, input={"userId": user.id, "role": role, "reason": "It was asked for."})
    return list(answer["grantRole"]["roles"])


async def entries(product: Product, viewer: Person, **given: Any) -> list[dict[str, Any]]:
    """Return a page of the audit log."""
    return [edge["node"] for edge in (await product.run(AUDIT, viewer, **given))["auditLog"]["edges"]]
