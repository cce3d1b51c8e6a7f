"""How sensitive pictures are shown: what viewers choose, and what that is for one post."""

from enum import StrEnum


class SensitiveMedia(StrEnum):
    """What somebody chose for pictures whose authors say that they are sensitive."""

    SHOW = "SHOW"
    BLUR = "BLUR"
    HIDE = "HIDE"


class MediaShown(StrEnum):
    """What a client does with the pictures of a post until its viewer asks for them."""

    SHOWN = "SHOWN"
    BLURRED = "BLURRED"
    HIDDEN = "HIDDEN"


SHOWN_AS = {
    SensitiveMedia.SHOW: MediaShown.SHOWN,
    SensitiveMedia.BLUR: MediaShown.BLURRED,
    SensitiveMedia.HIDE: MediaShown.HIDDEN,
}
