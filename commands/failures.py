"""Errors that the command expects: it prints their message, without a traceback."""

from bench.errors import BenchError
from commands.cypher_shell.refused import Refused
from commands.environment import SettingsRefused
from commands.printing import SchemaDiffers
from errors import RookeryError
from execution.printing import Unprintable
from graph.migrations import MigrationError
from graph.queries import CatalogueError
from services.accounts.generated_secrets import SecretMissing
from services.oidc.providers import ProvidersInvalid
from stack.errors import StackError
from web.serve import AddressTaken
from web.trusted import ManifestUnreadable
from world.errors import WorldError

EXPECTED = (
    RookeryError,
    SettingsRefused,
    SchemaDiffers,
    Unprintable,
    MigrationError,
    CatalogueError,
    SecretMissing,
    ProvidersInvalid,
    StackError,
    AddressTaken,
    ManifestUnreadable,
    WorldError,
    BenchError,
    Refused,
    OSError,
)
