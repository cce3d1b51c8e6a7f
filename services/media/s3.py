"""How the S3 store is reached: its options, a client with limits on everything that waits, and its errors as ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from errors import Unavailable
from services.settings import Settings

MISSING = frozenset({"NoSuchKey", "NoSuchObject", "ResourceNotFound"})
"""Codes by which stores say that an object does not exist."""


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """Where the store is, as servers and as clients reach it, and its limits; times in seconds."""

    endpoint: str
    public_endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    bucket: str
    threads: int = 16
    connect_timeout: float = 2.0
    read_timeout: float = 5.0
    call_timeout: float = 15.0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the options in the settings."""
        return cls(
            endpoint=settings.s3_endpoint.rstrip("/"),
            public_endpoint=(settings.s3_public_endpoint or settings.s3_endpoint).rstrip("/"),
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key.get_secret_value(),
            region=settings.s3_region,
            bucket=settings.s3_bucket,
        )


def connect(options: StoreOptions) -> Minio:
    """Create a client; it connects when first used. The named region saves a call before each signature."""
    address = urlsplit(options.endpoint)
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=options.connect_timeout, read=options.read_timeout),
        maxsize=options.threads,
        retries=urllib3.Retry(total=2, backoff_factor=0.1, status_forcelist=(500, 502, 503, 504)),
    )
    return Minio(
        address.netloc,
        access_key=options.access_key,
        secret_key=options.secret_key,
        secure=address.scheme == "https",
        region=options.region,
        http_client=pool,
    )


@contextmanager
def translated() -> Iterator[None]:
    """Raise Unavailable for every error of the store and of the network to it."""
    try:
        yield
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        raise Unavailable from error


def is_missing(error: S3Error) -> bool:
    """Return whether an error says that the object does not exist."""
    return error.code in MISSING
