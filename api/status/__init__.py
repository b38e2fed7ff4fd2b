"""How the service and every tenant stand."""
