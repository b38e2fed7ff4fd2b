"""The ground floor: settings, connections, the embedded Postgres, migrations, tenants, landing and the load log.

Owns every table it migrates and who may touch it; imports nothing else of Shopmart.
"""
