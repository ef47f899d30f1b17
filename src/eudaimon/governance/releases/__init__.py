"""Releases that carry their own proof."""

from eudaimon.governance.releases.release import Release, content_digest, verify_release, write_release

__all__ = ["Release", "content_digest", "verify_release", "write_release"]
