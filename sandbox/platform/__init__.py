"""What an app has at a shop: its tokens, scopes, cost bucket and webhook subscriptions.

The sandbox has one app, installed in every shop. Its knobs are posted under /_sandbox/shops/{shop}:
`access {scopes, customer_data}` (null: all again), `tokens {expire, revoke, lifetime_seconds}`,
`uninstall {}` and `install {}`, `compliance {topic, customer_id, orders}`; beside them, for one
`shop` or all, `/_sandbox/throttle {maximum, restore, available, shop}`, and for all
`/_sandbox/version {served}`. The subscriptions that the app made are at GET …/subscriptions.
"""
