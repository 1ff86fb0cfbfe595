"""The far side of FTPS: pure-ftpd behind wires that can be cut, for commands and for data."""

from tests.daemons.daemon import PASSWORD
from tests.daemons.ftpd import Ftpd
from tests.daemons.partner import RemotePartner
from tests.daemons.wire import Wire


class FtpsPartner(RemotePartner):
    secrets = (PASSWORD,)

    def __init__(self, home):
        super().__init__(home)
        self.daemon = Ftpd(home)
        self.wire = Wire(self.daemon.ports)
        self.files = self.daemon.files

    def own(self, path):
        self.daemon.own(path)

    def shown(self, folder):
        return f"/{folder}"

    def settings(self):
        return {**self.daemon.settings(), "host": self.wire.host, **self.folders}

    def wrong_settings(self):
        """A certificate nobody vouches for: refused at once, where a wrong password is answered after seconds."""
        return {**self.settings(), "authorities": str(self.daemon.stranger)}
