"""Run the shop on this machine: `python -m examples.flask_shop [--port N] [--data DIR]`."""

from __future__ import annotations

from examples.flask_shop.shop import create_app
from examples.running import Play, Stage, run
from examples.storefront.wiring import on_stage


def _play(stage: Stage) -> Play:
    shop = on_stage(stage)
    return Play(payments=shop.payments, app=create_app(shop), kind="wsgi")


if __name__ == "__main__":
    run("flask_shop", _play)
