#!/usr/bin/env python3
"""Real files beside clamscan and 7z: is everything that they open opened here, too?

Files are taken from the given folders. Each is unpacked by 7z as deep as it goes, and by clamscan (its temporary files); of what came out a few contents
are drawn, whose MD5 make a database. Then clamscan and perisai look for all of them in all of the files. Listed is what 7z or clamscan has and perisai
has not, every file that took long, and by reason what perisai says it did not look at.

    survey.py --perisai ./perisai --work FOLDER [--limit 20000] [--report FILE] [--npm] [--again] FOLDER...

What was drawn is kept in the work folder; --again takes it from there and only scans. With --npm the packages named below are fetched by 'npm pack' and are among the files; NuGet packages lie in the folder that dotnet restores to.
"""

import argparse
import collections
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LARGEST = 64 << 20
SLOW = 1.0
NPM_PACKAGES = ("typescript react-dom lodash express webpack jquery bootstrap three core-js pdfjs-dist xlsx docx puppeteer-core sharp monaco-editor d3 moment "
                "@angular/core vue svelte rxjs eslint prettier babel-loader esbuild rollup vite jest mocha chai axios yargs commander").split()
SMALLEST_CONTENT = 64
CONTENTS_OF_ONE = 4
DEPTH = 4
# What 7z calls an archive and is a program: its sections are no files.
PROGRAMS = {"ELF", "PE", "MachO", "COFF", "TE"}
# 7z's guesses by name or content that are no containers; Mub is what it takes Java classes for.
NOT_CONTAINERS = {"Hash", "IHex", "Base64", "Split", "SWF", "Mub"}
# Lists of symbols that 7z writes itself for libraries.
WRITTEN_BY_7Z = {"1.txt", "2.txt"}
OPENED_BY_CLAMSCAN = (b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"CWS", b"ZWS", b"ITSF", b"<html", b"<!doc", b"<HTML", b"<!DOC", b"From ", b"Return-", b"MZ")


def files_below(folders):
    for folder in folders:
        for at, names, leaves in os.walk(folder):
            names[:] = sorted(name for name in names if not os.path.islink(os.path.join(at, name)))
            for leaf in sorted(leaves):
                path = os.path.join(at, leaf)
                try:
                    status = os.lstat(path)
                except OSError:
                    continue
                if os.path.isfile(path) and not os.path.islink(path) and 0 < status.st_size <= LARGEST:
                    yield path


def choose(folders, limit, seed):
    """All kinds by their extension, as evenly as there are files."""
    groups = collections.defaultdict(list)
    for path in files_below(folders):
        groups[os.path.splitext(path)[1].lower()[:10]].append(path)
    chance = random.Random(seed)
    for group in groups.values():
        chance.shuffle(group)
    chosen = []
    order = sorted(groups.values(), key=len)
    for index, group in enumerate(order):
        share = (limit - len(chosen)) // (len(order) - index)
        chosen += group[:share]
    return sorted(chosen)


def seven_zip_types(paths):
    """The type that 7z gives each file; those that it does not open are left out."""
    types = {}
    for start in range(0, len(paths), 500):
        with tempfile.NamedTemporaryFile("w", dir=options.work) as listing:
            listing.writelines(path + "\n" for path in paths[start:start + 500])
            listing.flush()
            run = subprocess.run(["7z", "l", "-slt", "-an", "-p", "-scsUTF-8", "-ai@" + listing.name], capture_output=True, stdin=subprocess.DEVNULL, timeout=900)
        current = None
        for line in run.stdout.decode("utf-8", "replace").splitlines():
            if line.startswith("Listing archive: "):
                current = line[17:]
            elif line.startswith("Type = ") and current:
                types.setdefault(current, line[7:])
    return types


def is_container(kind):
    return kind is not None and kind not in PROGRAMS and kind not in NOT_CONTAINERS


def contents(folder, depth, found):
    """Digests of all files below, and of what 7z finds in them."""
    paths = list(files_below([folder]))
    for path in paths:
        data = Path(path).read_bytes()
        if len(data) >= SMALLEST_CONTENT and os.path.basename(path) not in WRITTEN_BY_7Z:
            found.append((hashlib.md5(data).hexdigest(), len(data), os.path.basename(path)))
    if depth > 0:
        for path, kind in seven_zip_types(paths).items():
            if is_container(kind):
                unpack(path, depth - 1, found)


def unpack(path, depth, found):
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        subprocess.run(["7z", "x", "-y", "-p", "-o" + folder, "--", path], capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
        for at, names, _ in os.walk(folder):
            for name in names:
                os.chmod(os.path.join(at, name), 0o700)
        contents(folder, depth, found)


def clamscan_contents(path, found):
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        subprocess.run(["clamscan", "--no-summary", "-d", options.empty, "--leave-temps", "--tempdir=" + folder, path],
                       capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
        contents(folder, 0, found)


def draw_or_say(path, kind):
    try:
        return draw(path, kind)
    except (OSError, subprocess.TimeoutExpired) as problem:
        print(f"{path}: {problem}", file=sys.stderr)
        return {}


def draw(path, kind):
    """Up to a few contents of one file: {digest: (length, program, name)}. The same for a file and a seed, whatever else is drawn."""
    chance = random.Random(f"{options.seed} {path}")
    drawn = {}
    with open(path, "rb") as file:
        head = file.read(64)
    whole = hashlib.md5(Path(path).read_bytes()).hexdigest()
    for program in ("7z", "clamscan"):
        found = []
        if program == "7z" and is_container(kind):
            unpack(path, DEPTH, found)
        if program == "clamscan" and (is_container(kind) or head.lstrip().startswith(OPENED_BY_CLAMSCAN)):
            clamscan_contents(path, found)
        found = sorted({digest: (digest, length, name) for digest, length, name in sorted(found, reverse=True) if digest != whole}.values())
        for digest, length, name in chance.sample(found, min(CONTENTS_OF_ONE, len(found))):
            drawn.setdefault(digest, (length, program, name))
    return drawn


def scan(command):
    start = time.monotonic()
    run = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    found = collections.defaultdict(set)
    for line in run.stdout.decode("utf-8", "replace").splitlines():
        if line.endswith(" FOUND"):
            path, name = line[:-6].rsplit(": ", 1)
            found[path].add(name.removesuffix(".UNOFFICIAL"))
    return found, time.monotonic() - start


def fetch_packages(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in NPM_PACKAGES:
        run = subprocess.run(["npm", "pack", "--silent", name], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL)
        if run.returncode != 0:
            print(f"npm pack {name}: {run.stderr.decode('utf-8', 'replace').strip()[:200]}", file=sys.stderr)


def measure(work, chosen):
    """What perisai says of every file, how long each took, and the peak memory of the whole run in MiB; one thread."""
    listing = work / "all-files"
    listing.write_text("".join(path + "\n" for path in chosen))
    output = work / "all-files.ndjson"
    command = [options.perisai, "scan", "-v", "--format", "ndjson", "--threads", "1", "--defs", str(work / "database"), "--files-from", str(listing)]
    with open(output, "w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    records = [json.loads(line) for line in open(output, errors="replace")]
    return [record for record in records if record.get("type") == "file"], usage.ru_maxrss / 1024


def draw_all():
    chosen = choose(options.folders, options.limit, options.seed)
    print(f"{len(chosen)} files", file=sys.stderr)
    expected, kinds = {}, {}
    types = seven_zip_types(chosen)
    print(f"{len(types)} of them 7z opens", file=sys.stderr)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (path, drawn) in enumerate(pool.map(lambda path: (path, draw_or_say(path, types.get(path))), chosen)):
            if drawn:
                expected[path], kinds[path] = drawn, types.get(path, "none")
            if number % 1000 == 999:
                print(f"{number + 1} looked at, {len(expected)} hold something", file=sys.stderr)
    return chosen, kinds, expected


def main():
    work = Path(options.work)
    work.mkdir(parents=True, exist_ok=True)
    if options.npm:
        fetch_packages(work / "npm")
        options.folders.append(str(work / "npm"))
    options.empty = str(work / "empty.hdb")
    Path(options.empty).write_text("0" * 31 + "1:77:None\n")
    kept = work / "drawn.json"
    if not options.again:
        kept.write_text(json.dumps(draw_all()))
    chosen, kinds, expected = json.loads(kept.read_text())
    database = {digest: length for drawn in expected.values() for digest, (length, _, _) in drawn.items()}
    folder = work / "database"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "contents.hdb").write_text("".join(f"{digest}:{length}:C{digest}\n" for digest, length in database.items()))
    # With definitions for pages, texts and mails in the set, as all real sets have, their views are made.
    (folder / "views.ndb").write_text("".join(f"None{target}:{target}:*:6e6f2073756368207468696e67{target:02x}\n" for target in (3, 4, 7)))
    listing = work / "files"
    listing.write_text("".join(path + "\n" for path in expected))
    arguments = ["-z", "-i", "--no-summary", "-d", str(folder), "-f", str(listing)]
    theirs, their_time = scan(["clamscan", *arguments])
    ours, our_time = scan([options.perisai, "clamscan", *arguments])
    records, memory = measure(work, chosen)
    report(chosen, expected, kinds, theirs, ours, their_time, our_time, records, memory)


def report(chosen, expected, kinds, theirs, ours, their_time, our_time, records, memory):
    missing, by_kind = [], collections.Counter()
    for path, drawn in expected.items():
        by_kind[kinds[path]] += 1
        wanted = {"C" + digest: program for digest, (_, program, _) in drawn.items() if program == "7z"}
        # What clamscan unpacks and never looks up (its views, parts of its own work) is not asked for.
        wanted.update({name: "clamscan" for name in theirs.get(path, ())})
        lacking = {name: program for name, program in wanted.items() if name not in ours.get(path, ())}
        if lacking:
            missing.append((path, kinds[path], sorted(set(lacking.values())), len(lacking), len(wanted), ", ".join(sorted({drawn[name[1:]][2] if name[1:] in drawn else name for name in lacking}))))
    extra = sum(len(names - theirs.get(path, set())) for path, names in ours.items())
    lines = [f"{len(chosen)} files, {len(expected)} of which 7z or clamscan open; {sum(map(len, expected.values()))} contents drawn.",
             f"Found by clamscan: {sum(map(len, theirs.values()))} in {their_time:.0f} s. Found by perisai: {sum(map(len, ours.values()))} in {our_time:.0f} s; "
             f"{extra} of them clamscan does not find.",
             f"Files with something that perisai lacks: {len(missing)}.",
             f"All {len(records)} files by perisai in one thread: at most {max((r['milliseconds'] for r in records), default=0):.0f} ms, peak memory {memory:.0f} MiB.", "", "By 7z's type: " + json.dumps(by_kind.most_common()), ""]
    lines += [f"- {path} ({kind}; {'+'.join(programs)}; {count} of {of} lack, {name})" for path, kind, programs, count, of, name in missing]
    slow = sorted((r for r in records if r["milliseconds"] > 1000 * SLOW), key=lambda r: -r["milliseconds"])
    lines += ["", f"Longer than {SLOW} s: {len(slow)}", *(f"- {r['path']} ({r['fileType']}, {r['length']} bytes, {r['objects']} objects): {r['milliseconds']:.0f} ms" for r in slow)]
    unopened = collections.Counter((f.get("reason"), f.get("detail", "")[:60]) for r in records for f in r["findings"] if f.get("kind") == "not-scanned")
    lines += ["", "Not scanned, in whole or in part:", *(f"- {count} {reason}: {detail}" for (reason, detail), count in unopened.most_common(60))]
    text = "\n".join(lines) + "\n"
    if options.report:
        Path(options.report).write_text(text)
    print(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--perisai", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--limit", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--npm", action="store_true")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    main()
