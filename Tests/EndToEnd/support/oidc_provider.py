"""An OpenID Connect provider: authorization code flow with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636), tokens by
joserfc. It holds its clients to the standard, and lies in the ways that a test asks for (`faults`).

    with OIDCProvider() as provider:
        provider.redirect_uris.add(server.url + "/auth/oidc/callback")
        ... --oidc-issuer provider.issuer, provider.client_id, provider.client_secret ...

The browser sees a page with a button for each of `people`, and one that refuses. `python -m support.oidc_provider` runs
one for people.
"""

import base64
import hashlib
import hmac
import html
import json
import secrets
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

# What `faults` may hold.
FAULTS = {
    "nonce", "audience", "issuer", "expired", "signature", "alg-none", "alg-hs256", "key-unpublished", "key-unnamed",
    "userinfo-other", "token-500", "token-huge", "discovery-issuer", "discovery-redirect",
}

PEOPLE = {
    "nv-0001": {"email": "hoa.nguyen@backan.example", "email_verified": True, "name": "Nguyễn Thị Hòa"},
    "nv-0002": {"email": "gia.mao@backan.example", "email_verified": False, "name": "Chưa Xác Minh"},
}


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class OIDCProvider:
    def __init__(self, port: int = 0, algorithm: str = "RS256", host: str = "127.0.0.1", certificate=None):
        """`certificate`: files of a chain and its key, in PEM, for https."""
        self.algorithm = algorithm
        self.client_id = "giaoban"
        # Characters that form-encoding changes (RFC 6749 §2.3.1).
        self.client_secret = "bí mật+của%ứng:dụng"
        self.redirect_uris: set[str] = set()
        self.people = dict(PEOPLE)
        self.faults: set[str] = set()
        # "id_token", or "userinfo" as in §5.4.
        self.claims_in = "id_token"
        self.auth_method = "client_secret_basic"
        # (method, path) of every request.
        self.requests: list[tuple[str, str]] = []
        self.refusals: list[str] = []
        self.keys: list = []
        self._codes: dict[str, dict] = {}
        self._access: dict[str, str] = {}
        self._lock = threading.Lock()
        self._serial = 0
        self.rotate()
        provider = self

        class Handler(_Handler):
            pass

        Handler.provider = provider
        self._server = _Server((host, port), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        self.issuer = f"{'https' if certificate else 'http'}://{host}:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def rotate(self):
        """A new key, of which clients learn when they ask for the keys again; the old one is gone."""
        self._serial += 1
        parameters = {"kid": f"key-{self._serial}", "use": "sig", "alg": self.algorithm}
        self.keys = [self._generate(parameters)]

    def _generate(self, parameters):
        if self.algorithm == "ES256":
            return ECKey.generate_key("P-256", parameters, private=True)
        return RSAKey.generate_key(2048, parameters, private=True)

    def count(self, path: str) -> int:
        return sum(1 for _, asked in self.requests if asked == path)

    # Documents

    def discovery(self) -> dict:
        issuer = self.issuer + "/khac" if "discovery-issuer" in self.faults else self.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + "/token",
            "userinfo_endpoint": self.issuer + "/userinfo",
            "jwks_uri": self.issuer + "/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self.algorithm],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": [self.auth_method],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> dict:
        keys = [key.as_dict(private=False) for key in self.keys]
        if "key-unnamed" in self.faults:
            for key in keys:
                key.pop("kid", None)
        return {"keys": keys}

    def id_token(self, code: dict) -> str:
        now = int(time.time())
        faults = self.faults
        claims = {
            "iss": self.issuer + "x" if "issuer" in faults else self.issuer,
            "sub": code["sub"],
            "aud": "another-client" if "audience" in faults else self.client_id,
            "exp": now - 3600 if "expired" in faults else now + 300,
            "iat": now - 7200 if "expired" in faults else now,
        }
        if code.get("nonce"):
            claims["nonce"] = "another-nonce" if "nonce" in faults else code["nonce"]
        if self.claims_in == "id_token":
            claims |= self.people[code["sub"]]
        key = self.keys[0]
        header = {"alg": self.algorithm, "kid": key.kid}
        if "key-unnamed" in faults:
            header.pop("kid")
        if "alg-none" in faults:
            return f"{b64url(json.dumps({'alg': 'none'}).encode())}.{b64url(json.dumps(claims).encode())}."
        if "alg-hs256" in faults:
            # By hand: joserfc does not use a public key as a secret, which is what the forgery needs.
            message = f"{b64url(json.dumps({'alg': 'HS256', 'kid': key.kid}).encode())}.{b64url(json.dumps(claims).encode())}"
            code = hmac.digest(key.as_pem(private=False), message.encode(), "sha256")
            return f"{message}.{b64url(code)}"
        if "key-unpublished" in faults:
            header["kid"] = "key-nobody-knows"
            key = self._generate({"kid": header["kid"]})
        if "signature" in faults:
            key = self._generate({"kid": key.kid})
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])

    # The flow

    def begin(self, query: dict) -> str | None:
        """What is wrong with a request that must not be sent back to its redirect_uri (§3.1.2.6)."""
        if query.get("client_id") != self.client_id:
            return "unknown client"
        if query.get("redirect_uri") not in self.redirect_uris:
            return "redirect_uri is not registered"
        if query.get("response_type") != "code" or "openid" not in query.get("scope", "").split():
            return "not a request of the code flow"
        if not query.get("state") or not query.get("nonce"):
            return "no state or nonce"
        if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
            return "no S256 challenge"
        return None

    def answer(self, query: dict, sub: str) -> str:
        """Where the browser is sent back to."""
        fields = {"state": query["state"], "iss": self.issuer}
        if sub in self.people:
            code = secrets.token_urlsafe(24)
            with self._lock:
                self._codes[code] = {
                    "sub": sub, "nonce": query["nonce"], "redirect_uri": query["redirect_uri"],
                    "challenge": query["code_challenge"], "until": time.monotonic() + 60,
                }
            fields["code"] = code
        else:
            fields["error"] = "access_denied"
        return query["redirect_uri"] + "?" + urllib.parse.urlencode(fields)

    def exchange(self, form: dict, authorization: str) -> tuple[int, dict]:
        """The token endpoint (§3.1.3, RFC 6749 §5)."""
        if self.auth_method == "client_secret_post":
            known = (form.get("client_id"), form.get("client_secret")) == (self.client_id, self.client_secret)
        else:
            pair = base64.b64decode(authorization.removeprefix("Basic ") or "").decode().split(":")
            known = [urllib.parse.unquote_plus(part) for part in pair] == [self.client_id, self.client_secret]
        if not known:
            return self._refuse(401, "invalid_client")
        if form.get("grant_type") != "authorization_code":
            return self._refuse(400, "unsupported_grant_type")
        with self._lock:
            code = self._codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        if (
            code is None
            or code["until"] < time.monotonic()
            or code["redirect_uri"] != form.get("redirect_uri")
            or not 43 <= len(verifier) <= 128
            or b64url(hashlib.sha256(verifier.encode()).digest()) != code["challenge"]
        ):
            return self._refuse(400, "invalid_grant")
        access = secrets.token_urlsafe(24)
        with self._lock:
            self._access[access] = code["sub"]
        return 200, {
            "access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": self.id_token(code),
        }

    def _refuse(self, status: int, error: str) -> tuple[int, dict]:
        self.refusals.append(error)
        return status, {"error": error}

    def user_info(self, authorization: str) -> tuple[int, dict]:
        sub = self._access.get(authorization.removeprefix("Bearer "))
        if sub is None:
            return 401, {"error": "invalid_token"}
        return 200, {"sub": "nv-9999" if "userinfo-other" in self.faults else sub} | self.people[sub]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # A client that hangs up, or does not trust the certificate, is no error of the provider.
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    provider: OIDCProvider
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _parts(self):
        address = urllib.parse.urlsplit(self.path)
        self.provider.requests.append((self.command, address.path))
        return address.path, dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))

    def _send(self, status: int, body: bytes, kind: str, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _json(self, status: int, value: dict):
        self._send(status, json.dumps(value).encode(), "application/json")

    def do_GET(self):
        provider = self.provider
        path, query = self._parts()
        if path == "/.well-known/openid-configuration":
            if "discovery-redirect" in provider.faults:
                return self._send(302, b"", "text/plain", [("Location", provider.issuer + "/elsewhere")])
            return self._json(200, provider.discovery())
        if path == "/elsewhere":
            return self._json(200, provider.discovery())
        if path == "/jwks":
            return self._json(200, provider.jwks())
        if path == "/userinfo":
            return self._json(*provider.user_info(self.headers.get("Authorization", "")))
        if path == "/authorize":
            if wrong := provider.begin(query):
                provider.refusals.append(wrong)
                return self._send(400, wrong.encode(), "text/plain")
            buttons = "".join(
                f"<button name=sub value='{html.escape(sub)}'>{html.escape(person['name'])}</button> "
                for sub, person in provider.people.items()
            )
            page = (
                "<!doctype html><html lang=vi><meta charset=utf-8><title>Đăng nhập</title><h1>Đăng nhập</h1>"
                f"<form method=post>{buttons}<button name=sub value=''>Từ chối</button></form>"
            )
            return self._send(200, page.encode(), "text/html; charset=utf-8")
        return self._json(404, {"error": "not_found"})

    def do_POST(self):
        provider = self.provider
        path, query = self._parts()
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65536)).decode()
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        if path == "/authorize":
            if wrong := provider.begin(query):
                provider.refusals.append(wrong)
                return self._send(400, wrong.encode(), "text/plain")
            return self._send(303, b"", "text/plain", [("Location", provider.answer(query, form.get("sub", "")))])
        if path == "/token":
            if "token-500" in provider.faults:
                return self._json(500, {})
            if "token-huge" in provider.faults:
                return self._send(200, b" " * 2_000_000, "application/json")
            return self._json(*provider.exchange(form, self.headers.get("Authorization", "")))
        return self._json(404, {"error": "not_found"})


def main():
    with OIDCProvider(port=9400) as provider:
        provider.redirect_uris.add("https://localhost:8443/auth/oidc/callback")
        print(provider.issuer, provider.client_id, provider.client_secret, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
