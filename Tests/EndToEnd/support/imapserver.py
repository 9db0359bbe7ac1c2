"""A real IMAP server: dovecot with one mailbox, in a folder of its own."""

import getpass
import imaplib
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile

from support.mailserver import certificate
from support.server import free_port
from support.waiting import wait_for

USER, PASSWORD = "vanphong", 'mat "khau" \\ 1'


class ImapServer:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        folder.mkdir(parents=True)
        # Dovecot's helpers run as their own users, and must reach the folder.
        for parent in [folder, *folder.parents]:
            if parent.stat().st_uid == os.getuid() and parent != pathlib.Path("/tmp"):
                parent.chmod(0o755)
        # Its sockets' paths may have 107 bytes, which a test's own folder may use up (unix(7)).
        self.run = tempfile.TemporaryDirectory(prefix="imap-", dir="/tmp")
        pathlib.Path(self.run.name).chmod(0o755)
        self.port = free_port()
        self.authority, _ = certificate(folder)
        self.maildir = folder / "mail/Maildir"
        me = getpass.getuser()
        # Mail is not kept under uid 0.
        owner = "nobody" if me == "root" else me
        for sub in ("new", "cur", "tmp"):
            (self.maildir / sub).mkdir(parents=True)
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (folder / "dovecot.conf").write_text(f"""
base_dir = {self.run.name}
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
default_internal_user = {"dovecot" if me == "root" else me}
default_login_user = {"dovenull" if me == "root" else me}
first_valid_uid = 1
mail_location = maildir:{self.maildir}
mail_uid = {owner}
mail_gid = {"nogroup" if owner == "nobody" else owner}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
""")
        self.owner = owner
        if me == "root":
            shutil.chown(folder / "mail", owner)
            for path in (folder / "mail").rglob("*"):
                shutil.chown(path, owner)
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", self.folder / "dovecot.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            wait_for("dovecot", lambda: self.process.poll() is not None or self._answers(), 20)
            assert self.process.poll() is None, "dovecot ended"
        except AssertionError as error:
            self.__exit__()
            raise AssertionError(f"{error}:\n{(self.folder / 'log').read_text()}") from None
        return self

    def _answers(self) -> bool:
        try:
            self.client().logout()
            return True
        except (OSError, imaplib.IMAP4.error):
            return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.run.cleanup()

    def client(self) -> imaplib.IMAP4_SSL:
        """Another mail program at the same mailbox."""
        trust = ssl.create_default_context(cafile=self.authority)
        client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=trust)
        client.login(USER, PASSWORD)
        return client
