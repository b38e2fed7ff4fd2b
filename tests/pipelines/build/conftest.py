"""The warehouse of the models' tests, for tests of the build around them."""

from tests.dbt_project.conftest import new_warehouse, warehouse

__all__ = ["new_warehouse", "warehouse"]
