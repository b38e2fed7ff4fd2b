"""The ground floor: settings, connections, embedded Postgres, migrations, tenants, landing, loads.

Owns every table it migrates and who may touch it; imports nothing else of Shopmart.
"""
