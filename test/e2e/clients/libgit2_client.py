"""Clones with libgit2, and pushes a commit with one file of random bytes: URL FOLDER [REF BYTES]. CA_FILE is trusted, over SSH every host; SSH_KEY is the key."""
import os
import sys
from urllib.parse import urlsplit

import pygit2

url, folder, *push = sys.argv[1:]
parts = urlsplit(url)
if parts.scheme == "ssh":
    bare = url
else:
    pygit2.option(pygit2.GIT_OPT_SET_SSL_CERT_LOCATIONS, os.environ["CA_FILE"], None)
    bare = parts._replace(netloc=f"{parts.hostname}:{parts.port}").geturl()


class Callbacks(pygit2.RemoteCallbacks):
    asked = 0

    def credentials(self, url, username_from_url, allowed_types):
        # libgit2 asks for as long as it gets an answer, and then says nothing of a credential.
        self.asked += 1
        if self.asked > 1 and "STUBBORN" not in os.environ:
            raise PermissionError("the gateway refuses this credential")
        if parts.scheme == "ssh":
            key = os.environ["SSH_KEY"]
            return pygit2.Keypair(parts.username, f"{key}.pub", key, "")
        return pygit2.UserPass(parts.username, parts.password)

    def certificate_check(self, certificate, valid, host):
        return valid or parts.scheme == "ssh"

    def push_update_reference(self, ref, message):
        print(ref, message or "taken")

    def sideband_progress(self, text):
        sys.stderr.write(text)


repository = pygit2.clone_repository(bare, folder, callbacks=Callbacks())
if push:
    ref, size = push[0], int(push[1])
    builder = repository.TreeBuilder(repository.head.peel().tree)
    builder.insert("random", repository.create_blob(os.urandom(size)), pygit2.GIT_FILEMODE_BLOB)
    author = pygit2.Signature("a", "a@x")
    commit = repository.create_commit(
        None, author, author, "from libgit2", builder.write(), [repository.head.target]
    )
    repository.references.create(ref, commit)
    repository.remotes["origin"].push([f"{ref}:{ref}"], callbacks=Callbacks())
