"""The far side of SFTP: OpenSSH's own server behind a wire that can be cut."""

from tests.daemons.partner import RemotePartner
from tests.daemons.sshd import Sshd
from tests.daemons.wire import Wire


class SftpPartner(RemotePartner):
    def __init__(self, home):
        super().__init__(home)
        self.daemon = Sshd(home)
        self.wire = Wire(self.daemon.port)
        self.files = self.daemon.files

    def shown(self, folder):
        return str(self.files / folder)

    def settings(self):
        return {**self.daemon.settings(), "host": self.wire.host, **self.folders}

    def wrong_settings(self):
        return {**self.settings(), "key_file": str(self.daemon.stranger)}
