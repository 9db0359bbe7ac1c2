"""A network of its own for a client: a namespace joined to this machine by a pair of virtual interfaces, in which rules
drop what a bad line or a strict firewall drops."""

import os
import subprocess


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Namespace:
    """`outside` is this machine's address as seen from inside, `inside` the client's."""

    count = 0

    def __init__(self):
        Namespace.count += 1
        number = os.getpid() % 200 + 1
        self.name = f"gb{os.getpid()}n{Namespace.count}"
        self.host_link = f"gbh{os.getpid() % 100000}{Namespace.count}"[:15]
        self.outside = f"10.{number}.{Namespace.count}.1"
        self.inside = f"10.{number}.{Namespace.count}.2"
        self.wrappers = []

    def __enter__(self):
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self.host_link, "type", "veth", "peer", "name", "line", "netns", self.name)
        # An IPv6 address that appears a second later is a changed network to a browser, which then starts over.
        with open(f"/proc/sys/net/ipv6/conf/{self.host_link}/disable_ipv6", "w") as setting:
            setting.write("1")
        run("ip", "addr", "add", f"{self.outside}/24", "dev", self.host_link)
        run("ip", "link", "set", self.host_link, "up")
        for command in (
            ("ip", "link", "set", "lo", "up"),
            ("ip", "addr", "add", f"{self.inside}/24", "dev", "line"),
            ("ip", "link", "set", "line", "up"),
            ("ip", "route", "add", "default", "via", self.outside),
            ("nft", "add table inet line"),
            ("nft", "add chain inet line in { type filter hook input priority 0; }"),
            ("nft", "add chain inet line out { type filter hook output priority 0; }"),
        ):
            self.run(*command)
        return self

    def __exit__(self, *_):
        self._forget_host_rules()
        subprocess.run(["ip", "netns", "del", self.name], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["ip", "link", "del", self.host_link], check=False, stderr=subprocess.DEVNULL)

    def run(self, *command):
        run("ip", "netns", "exec", self.name, *command)

    def program(self, executable, folder) -> str:
        """A script that runs a program in here, for launchers that want one path."""
        script = folder / f"{self.name}-{os.path.basename(executable)}"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {executable} "$@"\n')
        script.chmod(0o755)
        return str(script)

    # What the line does. Loopback inside is left alone: the browser talks to itself there.

    def _forget_host_rules(self):
        subprocess.run(["nft", f"delete table inet {self.name}"], check=False, stderr=subprocess.DEVNULL)

    def clear(self):
        self._forget_host_rules()
        self.run("nft", "flush chain inet line in")
        self.run("nft", "flush chain inet line out")

    def drop_udp(self):
        self.run("nft", 'add rule inet line out oifname "line" meta l4proto udp drop')

    def lose(self, thousandths):
        """Random loss of UDP both ways, each where it arrives: a sender must not notice."""
        drop = f"meta l4proto udp numgen random mod 1000 < {thousandths} drop"
        self.run("nft", f'add rule inet line in iifname "line" {drop}')
        run("nft", f"add table inet {self.name}")
        run("nft", f"add chain inet {self.name} in {{ type filter hook input priority 0; }}")
        run("nft", f'add rule inet {self.name} in iifname "{self.host_link}" {drop}')

    def cut(self):
        self.run("nft", 'add rule inet line in iifname "line" drop')
        self.run("nft", 'add rule inet line out oifname "line" drop')
