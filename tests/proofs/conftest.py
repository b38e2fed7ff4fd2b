"""The proofs make their warehouses as the tests of the models do."""

from tests.dbt_project.conftest import new_warehouse

__all__ = ["new_warehouse"]
