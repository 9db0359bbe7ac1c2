"""Calendar addresses and CalDAV passwords of people."""

import base64


def access(person) -> dict:
    return person.call("POST", "/api/me/calendar")


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def basic(user: str, password: str) -> dict:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
