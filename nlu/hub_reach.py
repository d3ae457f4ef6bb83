"""Does the model hub answer? Asked once before a download, whose own retries take a minute to say no."""

import os
import socket
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies

ENDPOINT_VARIABLE: Final = "HF_ENDPOINT"
_DEFAULT: Final = "https://huggingface.co"
_SECONDS: Final = 4.0


def hub_answers() -> bool:
    """Say whether a connection to the hub (or to the proxy, where one is set) can be opened."""
    address = urlsplit(os.environ.get(ENDPOINT_VARIABLE, "").strip() or _DEFAULT)
    proxy = getproxies().get(address.scheme)
    host = urlsplit(proxy if "//" in proxy else f"//{proxy}") if proxy else address
    port = host.port or (443 if host.scheme == "https" else 80)
    try:
        socket.create_connection((host.hostname or "", port), timeout=_SECONDS).close()
    except OSError:
        return False
    return True
