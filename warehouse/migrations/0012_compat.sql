-- The views with the column names of a popular dbt package: dbt makes them, and who reads them does so
-- under the row security of the marts behind them.

create schema if not exists compat;
grant usage, create on schema compat to shopmart_dbt;
grant usage on schema compat to shopmart_reader;
