"""A second verifier of the audit log, written from docs/audit-format.md alone. Prints one JSON object.
Usage: second_verifier.py DIRECTORY [--key PUBLIC.pem]... [--anchor FILE]...  (signatures by the openssl command)"""
import base64, collections, gzip, hashlib, json, os, re, subprocess, sys, tempfile, zlib
NAME = re.compile(r"(A-[0-9A-HJKMNP-TV-Z]{16})-(\d{8,15})\.jsonl")
TAIL = re.compile(rb',"signature":"([A-Za-z0-9_-]{86})","prev":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"}')
def plain(value, depth=1):  # Whether keys, numbers and depth are those of the format.
    if isinstance(value, (str, float, int)) or value is None:
        return not isinstance(value, float) and (not isinstance(value, int) or abs(value) < 2**53)
    inner = value if isinstance(value, list) else value.values()
    return depth <= 16 and all(plain(item, depth + 1) for item in inner) and (inner is value or all(re.fullmatch("[a-z][A-Za-z0-9]*", key) for key in value))
def parse(line):  # The entry of a line without its newline, or None.
    try:
        entry = json.loads(line.decode("ascii"))
        names = list(entry) if isinstance(entry, dict) and len(line) <= 16 * 2**20 and plain(entry) else []
        in_form = names[:5] == ["v", "chain", "seq", "at", "type"] and names[-2:] == ["prev", "hash"] and entry["v"] == 1
        return entry if in_form and json.dumps(entry, separators=(",", ":")).encode() == line and hashlib.sha256(line[:-75]).hexdigest() == entry["hash"] else None
    except (ValueError, RecursionError):
        return None
def proof(entry, line):  # True: a checkpoint that a key given signed. False: its signature is not its key's. None: no checkpoint, or another key.
    if not entry or entry["type"] != "audit.checkpoint" or entry["key"] not in keys:
        return None
    tail = TAIL.fullmatch(line[-250:])
    with tempfile.TemporaryDirectory() as folder:
        open(folder + "/text", "wb").write(b"sluice audit checkpoint 1\n" + entry["prev"].encode() + b"\n" + line[:-250])
        open(folder + "/signature", "wb").write(base64.urlsafe_b64decode(tail[1] + b"==") if tail else b"")
        command = f"openssl pkeyutl -verify -pubin -rawin -in {folder}/text -sigfile {folder}/signature -inkey".split()
        return subprocess.run([*command, keys[entry["key"]]], capture_output=True).returncode == 0
def content(path):  # The bytes of a segment; a line that is none where they cannot be uncompressed.
    try:
        return (gzip if path.endswith(".gz") else __builtins__).open(path, "rb").read()
    except (OSError, EOFError, zlib.error):
        return b"\xff\n"
def segments(directory):  # Per chain, its segments in order: number, path, bytes, and how many of them count (None: all).
    chains = collections.defaultdict(list)
    for match in filter(None, map(NAME.match, sorted({name.removesuffix(".gz") for name in os.listdir(directory)}))):
        path = next(filter(os.path.exists, (os.path.join(directory, match.string + end) for end in ("", ".gz"))))
        chains[match[1]].append({"number": int(match[2]), "path": path, "data": content(path), "counts": None})
    for found in chains.values():
        for segment in found.sort(key=lambda segment: segment["number"]) or found:
            head = b"\n" in segment["data"] and parse(segment["data"].partition(b"\n")[0]) or {}
            after, segment["opens"] = head.get("after"), head.get("type") == "segment.opened"
            for other in found if after else []:
                if after["segment"] <= other["number"] < segment["number"]:
                    other["counts"] = after["offset"] if other["number"] == after["segment"] else 0
        for one in [one for one in found if one["counts"] and not one["opens"] and any(other["opens"] and other["number"] == one["number"] for other in found)]: one["counts"] = 0
    return chains
def follow(chain, found, at):  # Walks a chain, leaving in `at` how far it came: seq, prev, last signed checkpoint. The first fault, as (file, line), or None.
    unsigned, every, missing = 0, float("inf"), None
    for segment in found:
        closed, data = False, segment["data"]
        *lines, tail = (counted := data[: segment["counts"]]).split(b"\n")
        for index, line in enumerate(lines):
            entry, fault = parse(line), (segment["path"], index + 1)
            begins = at["seq"] == 0 and entry and entry["seq"] > 1  # The chain's beginning is not here.
            place = (chain, entry["seq"], entry["prev"]) if begins else (chain, at["seq"] + 1, at["prev"])
            if entry is None or closed or (entry["chain"], entry["seq"], entry["prev"]) != place:
                return fault
            signed, unsigned = proof(entry, line), unsigned + 1
            misplaced = (entry["type"] == "segment.opened") != (index == 0) or (index == 0 and entry["segment"] != segment["number"])
            if "storeSeq" in entry:
                says = {key: value for key, value in entry.items() if key not in "v chain seq at adoptedFrom prev hash".split()}
                said, owners = events.setdefault((entry.get("store", ""), entry["storeSeq"]), (says, set()))
                owners |= set() if "adoptedFrom" in entry else {chain}
                if said != says or len(owners) > 1:
                    return fault
            if signed:
                at["signed"], unsigned, every = entry["seq"], 0, entry["every"]
            if misplaced or signed is False or unsigned > every or claims[chain].get(entry["seq"], {entry["hash"]}) != {entry["hash"]}:
                return fault
            missing = (segment["path"], entry["seq"] - 1, entry["prev"]) if begins else missing
            deleted = (entry.get("lastSeq"), entry.get("lastHash")) if entry["type"] == "segment.deleted" else 0
            missing = None if missing and missing[1:] == deleted else missing
            operations[entry.get("operationId")].add(entry["type"])
            at["seq"], at["prev"], closed = entry["seq"], entry["hash"], entry["type"] == "segment.closed"
        if (tail and (closed or segment["counts"] is not None or segment is not found[-1])) or (closed and len(data) > len(counted)):
            return segment["path"], len(lines) + 1
    return (segment["path"], len(lines) + 1) if max(claims[chain], default=0) > at["seq"] else missing and (missing[0], 1)
claims, operations = collections.defaultdict(lambda: collections.defaultdict(set)), collections.defaultdict(set)
keys, events, anchors, faults, ends, attested = {}, {}, {}, [], {}, []
given, chains = list(zip(sys.argv[2::2], sys.argv[3::2])), segments(sys.argv[1])
for path, der in [(path, base64.b64decode("".join(open(path).read().splitlines()[1:-1]))) for flag, path in given if flag == "--key"]:
    keys[hashlib.sha256(der[-32:]).hexdigest()[:16]] = path
kept = [(path, *line) for flag, path in given if flag == "--anchor" for line in enumerate(open(path, "rb").read().split(b"\n"), 1)]
for path, number, line, entry in [(path, number, line, parse(line)) for path, number, line in kept if line]:
    if proof(entry, line):
        claims[entry["chain"]][entry["seq"]].add(entry["hash"])
        anchors[entry["chain"]] = max(anchors.get(entry["chain"], (0,)), (entry["seq"], path, number))
    else:
        faults.append((path, number))
lines = [line for found in chains.values() for segment in found for line in segment["data"].split(b"\n") if b"audit.checkpoint" in line]
for head in [head for line in lines if proof(parse(line), line) for head in parse(line)["heads"]]:
    claims[head["chain"]][head["seq"]].add(head["hash"])
for chain, found in chains.items():
    at = {"seq": 0, "prev": "0" * 64, "signed": 0}
    fault = follow(chain, found, at)
    ends[chain], faults = at["seq"], faults + ([fault] if fault else [])
    attested += [chain] if not fault and anchors.get(chain, (-1,))[0] >= at["signed"] else []
faults += [anchor[1:] for chain, anchor in anchors.items() if chain not in chains]
open_ones = sorted(id for id, types in operations.items() if "operation.started" in types and "operation.ended" not in types)
print(json.dumps({"chains": ends, "faults": [{"file": file, "line": line} for file, line in faults], "open": open_ones, "attested": attested}))
