"""Usernames that nobody can take: they would look like the service itself, or like a path of its addresses."""

RESERVED = frozenset(
    """
    about abuse access account accounts admin administrator administrators all anonymous api app apps assets auth
    billing blog bot cdn contact deleted dev developer developers docs email everyone explore explorer favicon feed followers
    following graphql guest health help here home hostmaster info internal legal live livez login logout mail mailer
    media me messages metrics moderation moderator moderators news nobody noreply no_reply notifications null official
    oauth operator owner password postmaster posts privacy profile public readyz register report robots rookery
    rookery_team root safety search security service settings signin signout signup sitemap staff static stats status
    stream support suspended sysadmin system team terms test token trends undefined user username users
    verified verify webmaster websocket well_known www you
    """.split()  # noqa: SIM905  # words read better without 130 pairs of quotes
)
