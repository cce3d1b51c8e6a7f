"""S3Proxy as the stack runs it: buckets are folders, browsers of any origin may upload what is presigned."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import MinioException

from stack.child import Command
from stack.ports import LOOPBACK

NAME = "S3Proxy"
REGION = "us-east-1"
"""The region that signatures name; S3Proxy takes any."""
BUCKET = "rookery"
_CHECK_SECONDS = 2.0
"""A healthy S3Proxy answers in 10 ms, its first answer takes 300 ms."""
_HEAP = "256m"
"""Uploads stream; 64 MB were used under the tests' load."""
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
    """An S3Proxy whose objects and log are in `folder`."""

    java: Path
    jars: Sequence[Path]
    folder: Path
    port: int
    access_key: str
    secret_key: str
    name: str = NAME
    grace_seconds: float = 5
    start_seconds: float = 90
    """Two or three seconds are usual; a loaded machine takes longer."""

    @property
    def endpoint(self) -> str:
        """The address that clients use."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """The file that gets its output."""
        return self.folder / "s3proxy.log"

    @property
    def _configuration(self) -> Path:
        return self.folder / "s3proxy.properties"

    def prepare(self) -> None:
        """Write the configuration, with its keys for the owner's eyes."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(
            _SETTINGS.format(host=LOOPBACK, port=self.port, access_key=self.access_key, secret_key=self.secret_key, data=data)
        )

    def command(self) -> Command:
        """Give what to run."""
        quiet = files("stack") / "s3proxy-logback.xml"
        class_path = ":".join(str(jar) for jar in self.jars)
        flags = [f"-Xmx{_HEAP}", f"-Dlogback.configurationFile={quiet}"]
        main = ["org.gaul.s3proxy.Main", "--properties", str(self._configuration)]
        return Command([str(self.java), *flags, "-cp", class_path, *main])

    def is_healthy(self) -> bool:
        """Tell whether our bucket is there, making it the first time."""
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
