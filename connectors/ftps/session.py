"""The standard library's FTP over TLS, with the data channel's session tied to the login's, as servers ask for."""

import ftplib
import socket
import ssl


class Session(ftplib.FTP_TLS):
    """A transfer's channel that takes up the TLS session of the login: nobody else can have opened it."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        channel, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        assert isinstance(self.sock, ssl.SSLSocket)
        try:
            secured = self.context.wrap_socket(
                channel, server_hostname=self.host, session=self.sock.session, suppress_ragged_eofs=False
            )
        except BaseException:
            channel.close()
            raise
        return secured, size
