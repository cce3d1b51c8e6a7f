"""Usernames that nobody can take, by the reason; in settings an operator adds others."""

from collections.abc import Mapping

BY_REASON: Mapping[str, str] = {
    "They seem to speak for the service.": """
        abuse admin administrator administrators bot developer developers everyone hostmaster info legal mailer moderation
        moderator moderators news no_reply noreply official operator owner postmaster privacy report rookery rookery_team root
        safety security service staff support suspended sysadmin system team verified verify webmaster
    """,
    "They are paths of addresses, now or in an app for the web.": """
        about access account accounts api app apps assets auth billing blog contact docs explore explorer favicon feed followers
        following graphql help here home internal live livez login logout media messages metrics notifications oauth password
        posts profile public readyz register robots search settings signin signout signup sitemap static stats status stream
        terms test token trends user username users well_known
    """,
    "They are names of hosts and of what is reached there.": "cdn dev email mail websocket www",
    "They stand for nobody, or for whoever reads them, in texts and programs.": """
        all anonymous deleted guest health me nobody null undefined you
    """,
}
RESERVED = frozenset(name for names in BY_REASON.values() for name in names.split())
