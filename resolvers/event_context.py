"""The context in which an event is executed once for several viewers, as one of them."""

from loaders.operation import Loaders
from parts import Services
from resolvers.context import Context
from services.accounts.viewer import Viewer


class EventContext(Context):
    """The context of one of the viewers, which notes what is asked of the viewer beside the lookups."""

    __slots__ = ("_viewer", "compared", "is_personal")

    def __init__(self, services: Services, viewer: Viewer, loaders: Loaders) -> None:
        """Begin with nothing asked; what the lookups know is for the caller to compare."""
        self.services, self.loaders, self.address = services, loaders, ""
        self._viewer = viewer
        self.compared: set[str] = set()
        """Ids with which that of the viewer was compared."""
        self.is_personal = False
        """Whether the viewer was read, so that nobody else may get what was made of it."""

    @property
    def viewer(self) -> Viewer | None:  # type: ignore[override] # nobody signs in during an event
        """The viewer."""
        self.is_personal = True
        return self._viewer

    def is_viewer(self, user_id: str) -> bool:
        """Return whether this is the viewer's id."""
        self.compared.add(user_id)
        return self._viewer.id == user_id
