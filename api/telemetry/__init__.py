"""What Prometheus reads: this process's own meters, and how every tenant stands."""
