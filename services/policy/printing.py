"""The rules in writing: fragments for statements, and a page for people."""

from collections.abc import Mapping

from services.policy.rules import RULES

_BEGIN = """# Who may see what

Everything that shows something asks these rules: statements join in the fragments of `cypher/rules/`, and code that has the rows
already (from the cache, for live events) calls the functions of `services/policy/rules.py`. Both are made from one definition,
`rookery policy --write` prints the fragments and this page, and a property test holds both forms equal on random graphs for every
viewer and every post and person.

What may not be seen gets the same answer as what does not exist: `null`, an item less on a page, `NOT_FOUND`. From outside,
deletion, suspension, deactivation, a block and an audience look alike.

A statement joins a rule in by name, with its own variables: `WHERE @may_see_post(viewer, post, author)`. `viewer` may be null,
for nobody signed in. `person` is the author where a rule speaks of a post.

To add an audience, add its atom (a file in `cypher/policy/`, a line in `services/policy/atoms.py`) and its line to the rule
`_in_audience`; then it holds everywhere.

"""
_END = """## What the rules do not say

- **Edges.** A follow of a person by another is shown where the list of whom the one follows and the list of who follows the
  other may both be seen, and always to the two themselves. Pages of followers, followers you know, suggestions, their mutuals
  and ways between people show no other.
- **Mutes** of people, words, hashtags and threads shape the home timeline, its stream and suggestions, and are told where a post
  quotes what is muted. They never change what may be seen.
- **What a post said before** it was edited is shown to whom `may_see_post` admits now, and under every audience under which it
  stood, by the mentions of then. A statement asks the rule of each version (`cypher/posts/versions.cypher`).
- **Pictures** are seen by their owner, by those who may see a post with them, and, as avatar or cover, by those who may see the
  person. Addresses of their bytes are given to nobody else, but an address works for whoever has it, while the picture exists.
- **Ends of pages.** A page that reads only hidden items up to its limit says that there may be more, so a long run of hidden
  items can be noticed, and from how many pages pass over it, about how many they are. What they are and where they stand cannot:
  the cursor of such a page is encrypted, and cursors are taken from nobody but the viewer to whom this server gave them, for the
  list that it gave them for, so nobody can ask for what stands beyond a place of their choosing.
- **Counts** of likes, reposts, replies, quotes, followers and following, where a rule shows them, are degrees of the graph, so
  they count people whom one does not see. A like remains, and counts, also while the one who gave it may not see the post and so
  cannot take it back. Posts with another audience than `PUBLIC` are never counted in them, neither as replies or quotes nor as
  posts of their author, but for the author.
- **Quotes.** A quote shows of the other post what the rules show of it, to whoever looks. The author of a post can detach it from
  a quote that they may not see themselves: who knows the id of a post learns so that it quotes them.
- **Blocking back.** Who knows an id can block the person even if they are hidden by a block of theirs, and so learns, at the
  price of a block, that the account is in use.
- **Those whom the viewer blocks** are listed for the viewer, who must know whom to block no longer: by name alone. Every rule
  answers for them as it does for anybody blocked.
- **Names in texts.** A text that may be seen is shown as it was written, with the names that it mentions; whether such a name
  belongs to a person is shown only for people whom one may see.
- **The viewer's own account.** Somebody who is suspended or deactivated cannot write any more, and their sessions and streams
  end at once. Only while Redis is away does an access token still read what they could read, until it ends.
- **Usernames** are unique, so signing up and changing one's own reveals that a name is taken, by whomever. A username of before
  leads to the person for 30 days, for whoever may see them.
"""


def fragments() -> Mapping[str, str]:
    """Return the file of each rule by its name."""
    return {
        name: f"// {title}\n// printed by `rookery policy --write` from services/policy/rules.py\n"
        f"// fragment: {', '.join(rule.variables)}\n{rule.cypher}\n"
        for name, (title, rule) in RULES.items()
    }


def page() -> str:
    """Return the page."""
    rules = "\n".join(
        f"## {name}\n\n{title} when\n\n" + "\n".join(rule.lines) + "\n" for name, (title, rule) in RULES.items()
    )
    return f"{_BEGIN}{rules}\n{_END}"
