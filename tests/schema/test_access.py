"""What every root field asks of who calls it."""

from collections.abc import Iterator, Mapping

from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.access import ACCESS, ADMINISTERING, ANALYSING, BY_PERSON, BY_PERSON_RECENTLY, READING, WRITING, Access
from schema.build import build_schema
from web.execution import core_schema

EXCEPTIONS: Mapping[str, Access] = {
    "Query.auditLog": ADMINISTERING,
    "Query.analytics": ANALYSING,
    "Query.cypher": ANALYSING,
    "Query.account": BY_PERSON,
    "Query.linkedProviders": BY_PERSON,
    "Query.personalTokens": BY_PERSON,
    "Query.sessions": BY_PERSON,
    "Query.signIns": BY_PERSON,
    "Query.factors": BY_PERSON,
    "Mutation.grantRole": ADMINISTERING,
    "Mutation.revokeRole": ADMINISTERING,
    "Mutation.verifyUser": ADMINISTERING,
    "Mutation.unverifyUser": ADMINISTERING,
    "Mutation.signUserOut": ADMINISTERING,
    "Mutation.createPersonalToken": BY_PERSON_RECENTLY,
    "Mutation.revokePersonalToken": BY_PERSON,
    "Mutation.deactivateAccount": BY_PERSON_RECENTLY,
    "Mutation.changeUsername": BY_PERSON,
    "Mutation.changePassword": BY_PERSON_RECENTLY,
    "Mutation.logOut": BY_PERSON,
    "Mutation.reauthenticate": BY_PERSON,
    "Mutation.revokeSession": BY_PERSON_RECENTLY,
    "Mutation.revokeOtherSessions": BY_PERSON_RECENTLY,
    "Mutation.requestEmailVerification": BY_PERSON,
    "Mutation.changeEmail": BY_PERSON_RECENTLY,
    "Mutation.beginReauthentication": BY_PERSON,
    "Mutation.enrolTotp": BY_PERSON_RECENTLY,
    "Mutation.confirmTotp": BY_PERSON_RECENTLY,
    "Mutation.removeTotp": BY_PERSON_RECENTLY,
    "Mutation.renewRecoveryCodes": BY_PERSON_RECENTLY,
    "Mutation.beginPasskeyRegistration": BY_PERSON_RECENTLY,
    "Mutation.finishPasskeyRegistration": BY_PERSON_RECENTLY,
    "Mutation.renamePasskey": BY_PERSON,
    "Mutation.removePasskey": BY_PERSON_RECENTLY,
    "Mutation.beginProviderLink": BY_PERSON_RECENTLY,
    "Mutation.linkProvider": BY_PERSON_RECENTLY,
    "Mutation.unlinkProvider": BY_PERSON_RECENTLY,
    "Mutation.reauthenticateWithProvider": BY_PERSON,
}
"""Root fields that ask for something else than others of their kind: whoever adds one decides it here as well."""
USUAL = {"Query": READING, "Mutation": WRITING, "Subscription": READING}


def asked() -> Iterator[tuple[str, Access]]:
    """Give every root field, with what it asks."""
    schema = core_schema(build_schema())
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        assert root is not None
        for name, field in root.fields.items():
            yield f"{root.name}.{name}", field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].metadata[ACCESS]


def test_every_root_field_asks_for_what_its_kind_does_but_for_those_named_here():
    found = dict(asked())
    assert found == {name: EXCEPTIONS.get(name, USUAL[name.partition(".")[0]]) for name in found}
    assert found.keys() >= EXCEPTIONS.keys()
