"""S3Proxy as the stack runs it: buckets are folders, and pages of any origin may upload to presigned addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import MinioException

from stack.child import Command
from stack.ports import LOOPBACK
from stack.private import make_folder, write

NAME = "S3Proxy"
REGION = "us-east-1"
"""The region in signatures; S3Proxy accepts any."""
BUCKET = "rookery"
_CHECK_SECONDS = 2.0
"""A healthy S3Proxy answers in 10 ms, the first time in 300 ms."""
_HEAP = "256m"
"""Uploads are streamed; the tests use 64 MB."""
_SETTINGS = """\
s3proxy.endpoint=http://{host}:{port}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={access_key}
s3proxy.credential={secret_key}
s3proxy.cors-allow-all=true
s3proxy.ignore-unknown-headers=true
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir={data}
jclouds.identity=local
jclouds.credential=local
"""


@dataclass(frozen=True, slots=True)
class S3Server:
    """An S3Proxy with its objects and log in `folder`."""

    java: Path
    jars: Sequence[Path]
    folder: Path
    port: int
    access_key: str
    secret_key: str
    name: str = NAME
    grace_seconds: float = 5
    start_seconds: float = 90
    """A start usually takes two or three seconds, and longer on a busy machine."""

    @property
    def endpoint(self) -> str:
        """Address for clients."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """The file that receives its output."""
        return self.folder / "s3proxy.log"

    @property
    def _configuration(self) -> Path:
        return self.folder / "s3proxy.properties"

    def prepare(self) -> None:
        """Write the configuration; it has the keys, so only its owner may read it."""
        data = self.folder / "data"
        make_folder(data)
        write(
            self._configuration,
            _SETTINGS.format(host=LOOPBACK, port=self.port, access_key=self.access_key, secret_key=self.secret_key, data=data),
        )

    def command(self) -> Command:
        """Return the program to run."""
        quiet = files("stack") / "s3proxy-logback.xml"
        class_path = ":".join(str(jar) for jar in self.jars)
        flags = [f"-Xmx{_HEAP}", f"-Dlogback.configurationFile={quiet}"]
        main = ["org.gaul.s3proxy.Main", "--properties", str(self._configuration)]
        return Command([str(self.java), *flags, "-cp", class_path, *main])

    def is_healthy(self) -> bool:
        """Return whether our bucket is there, creating it the first time."""
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(_CHECK_SECONDS), retries=False)
        client = Minio(
            f"{LOOPBACK}:{self.port}",
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region=REGION,
            http_client=pool,
        )
        try:
            if not client.bucket_exists(BUCKET):
                client.make_bucket(BUCKET)
        except (MinioException, urllib3.exceptions.HTTPError):
            return False
        finally:
            pool.clear()
        return True
