"""A second verifier of the audit log, written from docs/audit-format.md alone. Prints one JSON object."""
import hashlib, json, os, re, sys

NAME = re.compile(r"(A-[0-9A-HJKMNP-TV-Z]{16})-(\d{8,15})\.jsonl")
KEY = re.compile(r"[a-z][A-Za-z0-9]*")
ENVELOPE = {"v", "chain", "seq", "at", "adoptedFrom", "prev", "hash"}


def plain(value, depth=1):
    """Whether keys, numbers and depth are those of the format."""
    if isinstance(value, (str, bool)) or value is None:
        return True
    if isinstance(value, int):
        return abs(value) < 2**53
    if isinstance(value, float) or depth > 16:
        return False
    if isinstance(value, list):
        return all(plain(item, depth + 1) for item in value)
    return all(KEY.fullmatch(key) and plain(item, depth + 1) for key, item in value.items())


def parse(line):
    """The entry of a line without its newline, or None."""
    try:
        text = line.decode("ascii")
        entry = json.loads(text)
        if len(line) > 16 * 2**20 or not isinstance(entry, dict) or not plain(entry):
            return None
        keys = list(entry)
        if keys[:5] != ["v", "chain", "seq", "at", "type"] or keys[-2:] != ["prev", "hash"] or entry["v"] != 1:
            return None
        if json.dumps(entry, separators=(",", ":")) != text:
            return None
        return entry if hashlib.sha256(line[:-75]).hexdigest() == entry["hash"] else None
    except (ValueError, RecursionError):
        return None


def segments(directory):
    """Per chain, its segments in order: number, path, bytes, and how many of them count (None: all)."""
    chains = {}
    for name in sorted(os.listdir(directory)):
        match = NAME.match(name)
        if match:
            path = os.path.join(directory, name)
            segment = {"number": int(match[2]), "path": path, "data": open(path, "rb").read(), "counts": None}
            chains.setdefault(match[1], []).append(segment)
    for found in chains.values():
        found.sort(key=lambda segment: segment["number"])
        for segment in found:
            first, newline, _ = segment["data"].partition(b"\n")
            head = newline and parse(first) or {}
            after = head.get("after") if head.get("type") == "segment.opened" else None
            for other in found if after else []:
                if other["number"] == after["segment"]:
                    other["counts"] = after["offset"]
                elif after["segment"] < other["number"] < segment["number"]:
                    other["counts"] = 0
    return chains


def follow(chain, found, events, operations):
    """The last seq of a chain that can be trusted, and its first fault as (file, line) or None."""
    seq, prev = 0, "0" * 64
    for segment in found:
        closed, data = False, segment["data"]
        counted = data if segment["counts"] is None else data[: segment["counts"]]
        *lines, tail = counted.split(b"\n")
        for index, line in enumerate(lines):
            entry, fault = parse(line), (segment["path"], index + 1)
            if entry is None or closed or (entry["chain"], entry["seq"], entry["prev"]) != (chain, seq + 1, prev):
                return seq, fault
            opens = entry["type"] == "segment.opened"
            if opens != (index == 0) or (opens and entry["segment"] != segment["number"]):
                return seq, fault
            if "storeSeq" in entry:
                says = {key: value for key, value in entry.items() if key not in ENVELOPE}
                event = events.setdefault((entry.get("store", ""), entry["storeSeq"]), {"says": says, "owners": set()})
                if "adoptedFrom" not in entry:
                    event["owners"].add(chain)
                if event["says"] != says or len(event["owners"]) > 1:
                    return seq, fault
            if entry["type"] in ("operation.started", "operation.ended"):
                operations.setdefault(entry["operationId"], set()).add(entry["type"])
            seq, prev, closed = entry["seq"], entry["hash"], entry["type"] == "segment.closed"
        goes_on = segment["counts"] is not None or segment is not found[-1]
        if (tail and (goes_on or closed)) or (closed and len(data) > len(counted)):
            return seq, (segment["path"], len(lines) + 1)
    return seq, None


events, operations, report = {}, {}, {"chains": {}, "faults": []}
for chain, found in segments(sys.argv[1]).items():
    report["chains"][chain], fault = follow(chain, found, events, operations)
    if fault:
        report["faults"].append({"file": fault[0], "line": fault[1]})
report["open"] = sorted(id for id, types in operations.items() if types == {"operation.started"})
print(json.dumps(report))
