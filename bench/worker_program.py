"""The product's worker as a program of a benchmark: it serves its metrics on `ROOKERY_PORT`, which shows that it runs."""

from commands.environment import load_settings
from commands.serving import work

if __name__ == "__main__":
    settings = load_settings()
    work(settings.model_copy(update={"worker_metrics_port": settings.port}))
