"""A client without a browser: PingOne's PKCE workflow in its pi.flow form, with requests alone.

    npm start                                    # in one terminal
    python3 examples/python-client/client.py     # in another
"""

import base64
import hashlib
import json
import os
import secrets

import requests

ISSUER = os.environ.get("OIDC_ISSUER", "http://localhost:9400/e0000000-0000-4000-8000-000000000001/as")
CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "a0000000-0000-4000-8000-000000000002")
USERNAME = os.environ.get("PINGONE_USERNAME", "alice")
PASSWORD = os.environ.get("PINGONE_PASSWORD", "Alice-Passw0rd")
REDIRECT_URI = "http://localhost:3000/callback"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def answer(response: requests.Response) -> dict:
    if not response.ok:
        raise SystemExit(f"{response.url} answers {response.status_code}: {response.text}")
    return response.json()


def sign_on() -> dict:
    session = requests.Session()
    endpoints = answer(session.get(f"{ISSUER}/.well-known/openid-configuration"))
    verifier = base64url(secrets.token_bytes(32))
    flow = answer(
        session.post(
            endpoints["authorization_endpoint"],
            data={
                "response_type": "code",
                "response_mode": "pi.flow",
                "client_id": CLIENT_ID,
                "redirect_uri": REDIRECT_URI,
                "scope": "openid profile email",
                "code_challenge": base64url(hashlib.sha256(verifier.encode("ascii")).digest()),
                "code_challenge_method": "S256",
            },
        )
    )
    flow = answer(
        session.post(
            flow["_links"]["usernamePassword.check"]["href"],
            data=json.dumps({"username": USERNAME, "password": PASSWORD}),
            headers={"content-type": "application/vnd.pingidentity.usernamePassword.check+json"},
        )
    )
    flow = answer(session.get(flow["resumeUrl"]))
    tokens = answer(
        session.post(
            endpoints["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "client_id": CLIENT_ID,
                "code": flow["authorizeResponse"]["code"],
                "redirect_uri": REDIRECT_URI,
                "code_verifier": verifier,
            },
        )
    )
    return answer(session.get(endpoints["userinfo_endpoint"], headers={"authorization": f"Bearer {tokens['access_token']}"}))


if __name__ == "__main__":
    print(json.dumps(sign_on(), indent=2))
