#!/usr/bin/env python3
"""make_corpora.py FOLDER: copies ordinary files of this machine into FOLDER/{elf,dll,text,archives,mixed}, some 1.5 GB in all.

Files are taken in the order of the MD5 of their path until a corpus is full, so the same machine gives the same corpora; what is in mixed
is in no other.
"""
import hashlib
import os
import shutil
import stat
import sys

ROOTS = ('/usr', '/opt', '/var/cache', os.path.expanduser('~/.nuget'))
LEFT_OUT = ('/usr/share/clamav-testfiles', '/usr/share/man-db')
LARGEST = 40_000_000
LIMITS = {'elf': 300e6, 'dll': 200e6, 'text': 200e6, 'archives': 150e6}
MIXED = {'elf': 150e6, 'dll': 120e6, 'text': 90e6, 'archives': 72e6, 'compressed': 48e6, 'image': 36e6, 'other': 90e6}
ARCHIVES = ('.deb', '.zip', '.jar', '.nupkg', '.whl', '.tgz', '.7z', '.tar.gz', '.tar.xz', '.tar.bz2', '.rpm')
IMAGES = ('.png', '.jpg', '.jpeg', '.gif', '.ico', '.ttf', '.woff', '.woff2')


def kind_of(path):
    with open(path, 'rb') as file:
        start = file.read(512)
    name = path.lower()
    if start[:4] == b'\x7fELF':
        return 'elf'
    if start[:2] == b'MZ':
        return 'dll'
    if name.endswith(ARCHIVES):
        return 'archives'
    if start[:2] == b'\x1f\x8b':
        return 'compressed'
    if name.endswith(IMAGES):
        return 'image'
    return 'other' if b'\0' in start or not start.isascii() else 'text'


def find():
    found, seen = {}, set()
    for root in ROOTS:
        for folder, folders, names in os.walk(root):
            if folder.startswith(LEFT_OUT):
                folders.clear()
                continue
            for name in names:
                path = os.path.join(folder, name)
                try:
                    status = os.lstat(path)
                    if not stat.S_ISREG(status.st_mode) or not 64 <= status.st_size <= LARGEST or (status.st_dev, status.st_ino) in seen:
                        continue
                    seen.add((status.st_dev, status.st_ino))
                    found.setdefault(kind_of(path), []).append((hashlib.md5(path.encode(errors='surrogateescape')).digest(), status.st_size, path))
                except OSError:
                    continue
    return {kind: sorted(files) for kind, files in found.items()}


def take(files, limit, folder, prefix):
    """Copies files up to the limit and gives those that were left."""
    os.makedirs(folder, exist_ok=True)
    rest, size, count = [], 0, 0
    for file in files:
        if size + file[1] > limit or size > limit * 0.995:
            rest.append(file)
            continue
        shutil.copyfile(file[2], os.path.join(folder, f'{prefix}{count:05d}_{os.path.basename(file[2])[-80:]}'))
        size += file[1]
        count += 1
    print(f'{folder} {prefix} {count} files, {size / 1e6:.1f} MB')
    return rest


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = find()
    for kind, limit in LIMITS.items():
        found[kind] = take(found.get(kind, []), limit, os.path.join(sys.argv[1], kind), '')
    for kind, limit in MIXED.items():
        take(found.get(kind, []), limit, os.path.join(sys.argv[1], 'mixed'), f'{kind}-')


if __name__ == '__main__':
    main()
