"""The page of a browser that has shown no token: plain, in the reader's theme, with a form."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from dashboard.server.headers import content_policy, hash_source

# A link on another site's page comes without the cookie, which is for this site's own requests; asking again from here
# sends it. Once in five seconds, so that who has none is left with the form.
_SCRIPT = """
const asked = Number(sessionStorage.getItem('scalewatch-asked')), now = Date.now()
if (now - asked > 5000) { sessionStorage.setItem('scalewatch-asked', now); location.replace(location.href) }
"""
_STYLE = """
:root { color-scheme: light dark; --paper: #FDFCFA; --ink: #151310; --line: #66615A; --key: #2F4B7C; --wrong: #7A4B00 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171614; --ink: #ECE9E3; --line: #A8A299; --key: #8FB0E8; --wrong: #EDBE6E }
}
body {
  background: var(--paper); color: var(--ink); font: 1rem/1.5 sans-serif;
  max-width: 34rem; margin: 15vh auto 0; padding: 0 1rem
}
h1 { font: 600 2rem/1.2 serif }
label { display: block; font-weight: 600 }
input, button { font: inherit; padding: .5rem .75rem; border-radius: 4px; border: 1px solid var(--line) }
input { width: 100%; box-sizing: border-box; margin: .25rem 0 .75rem; background: transparent; color: inherit }
button { background: var(--key); border-color: var(--key); color: var(--paper); font-weight: 600 }
[role=alert] { color: var(--wrong) }
"""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<title>scalewatch: token</title>
<style>{style}</style>
</head>
<body>
<h1>This dashboard asks for a token</h1>
<p>Open the link you were given, or paste its token here. Whoever started the server has it: it is printed there.</p>
{wrong}
<form method="post">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="off" required autofocus>
<button>Open</button>
</form>
{script}
</body>
</html>
"""
_WRONG = '<p role="alert">That is not a token of this server. Tokens change when it is started anew.</p>'
_HEADERS = {
    "Content-Security-Policy": content_policy(hash_source(_SCRIPT), hash_source(_STYLE)),
    "Cache-Control": "no-store",
}


def sign_in_page(*, wrong: bool) -> Response:
    """401 with the form; `wrong` says that a token was shown which is none.

    The form sends its own address as its origin, which a page without any referrer would not.
    """
    script = "" if wrong else f"<script>{_SCRIPT}</script>"
    return HTMLResponse(_PAGE.format(style=_STYLE, wrong=_WRONG if wrong else "", script=script), 401, _HEADERS)
