"""Where each page is. Every framework's adapter mounts this table: a path, the storefront's method, the verbs it takes.

`<name>` in a path is what the method is given under that name, as Flask and Django write it.
"""

from __future__ import annotations

GET, POST = ("GET",), ("POST",)

ROUTES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("/", "home", GET),
    ("/cart/", "cart", GET + POST),
    ("/login/", "login", GET + POST),
    ("/logout/", "logout", POST),
    ("/checkout/", "checkout", GET + POST),
    ("/pay/<order_id>/", "pay", GET),
    ("/pay/<order_id>/start/", "start", POST),
    ("/pay/<order_id>/return/", "returned", GET),
    ("/pay/r/<token>/", "retry", GET),
    ("/orders/", "orders", GET),
    ("/orders/<order_id>/", "order", GET),
    ("/orders/<order_id>/result/", "result", GET),
    ("/orders/<order_id>/status/", "status", GET),
    ("/orders/<order_id>/cancel/", "cancel", POST),
    ("/guest/<token>/", "guest", GET),
)
