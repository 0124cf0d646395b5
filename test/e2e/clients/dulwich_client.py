"""Clones with dulwich, and pushes a commit with one file of random bytes: URL FOLDER [REF BYTES]."""
import os
import sys

from dulwich import porcelain

url, folder, *push = sys.argv[1:]
repository = porcelain.clone(url, folder, errstream=sys.stderr.buffer)
if push:
    ref, size = push[0].encode(), int(push[1])
    with open(os.path.join(folder, "random"), "wb") as file:
        file.write(os.urandom(size))
    porcelain.add(repository, [os.path.join(folder, "random")])
    porcelain.commit(repository, message=b"from dulwich", author=b"a <a@x>", committer=b"a <a@x>")
    porcelain.push(
        repository, url, b"HEAD:" + ref, errstream=sys.stderr.buffer, outstream=sys.stdout.buffer
    )
