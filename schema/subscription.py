"""The root of subscriptions: those of every domain."""

from schema import live
from schema.operations import root_type

Subscription = root_type("Subscription", "Everything that can be followed live.", [live])
