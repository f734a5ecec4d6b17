#!/usr/bin/env python3
"""make_database.py SCALE FOLDER [POOL]: a synthetic database in ClamAV's formats, for measuring.

Scale 1.0 has about as much of each kind as the official databases: 2 million MD5 and 2 million SHA-256 file digests, 4 million MD5 and
10,000 SHA-256 section digests, 100,000 extended and 103,000 logical signatures. No real signature is in it: digests are random, and
patterns are slices of this machine's programs and texts of which every third byte is replaced, so that their first bytes are as common as
those of real patterns and the whole ones do not occur. POOL is the file of slices; keep it to get the same database again.
"""
import glob
import hashlib
import os
import random
import sys

POOL = 6 << 20
GAPS = (('??', 35), ('{3-60}', 25), ('{9}', 8), ('{-40}', 4), ('*', 12), ('(61|7a|00)', 10))
EXPRESSIONS = {2: ('0&1', '0|1', '0>1&1', '0&1=0'), 3: ('0&1&2', '(0|1)&2', '(0|1|2)>1'), 4: ('0&1&2&3', '(0|1)&(2|3)', '(0|1|2|3)>2,2')}


def read_pool(path):
    if path and os.path.exists(path):
        with open(path, 'rb') as pool:
            return pool.read()

    def gather(patterns, accepts):
        out = bytearray()
        paths = {p for pattern in patterns for p in glob.glob(pattern, recursive=True) if os.path.isfile(p) and not os.path.islink(p)}
        for name in sorted(paths, key=lambda p: hashlib.md5(p.encode()).digest()):
            try:
                with open(name, 'rb') as file:
                    start = file.read(256 << 10)
            except OSError:
                continue
            if accepts(start):
                out += start
            if len(out) >= POOL:
                break
        return bytes((out * (POOL // max(1, len(out)) + 1))[:POOL])

    pool = (gather(('/usr/bin/*', '/usr/lib/*/*.so*'), lambda b: b[:4] == b'\x7fELF')
            + gather(('/usr/share/dotnet/**/*.dll', '/usr/lib/dotnet/**/*.dll'), lambda b: b[:2] == b'MZ')
            + gather(('/usr/share/doc/**/*', '/usr/lib/python3*/**/*.py', '/usr/share/perl/**/*.p[lm]'), lambda b: b and b'\0' not in b[:4096] and b[:2] != b'\x1f\x8b'))
    if path:
        with open(path, 'wb') as file:
            file.write(pool)
    return pool


class Maker:
    def __init__(self, scale, folder, pool):
        self.scale, self.folder = scale, folder
        self.pools = {'elf': pool[:POOL], 'pe': pool[POOL:2 * POOL], 'text': pool[2 * POOL:].lower()}

    def lines(self, name, full, make):
        rng = random.Random(name)
        with open(os.path.join(self.folder, name), 'w', buffering=1 << 20) as file:
            for i in range(max(1, int(full * self.scale))):
                file.write(make(rng, i))

    def slice(self, rng, length, kind):
        pool = self.pools[kind]
        while True:
            at = rng.randrange(len(pool) - length)
            piece = bytearray(pool[at:at + length])
            if len(set(piece)) < 7:
                continue
            for p in range(rng.randrange(3, 6), length, 3):
                piece[p] = rng.choice(b'abcdefghijklmnopqrstuvwxyz0123456789_') if kind == 'text' else rng.randrange(256)
            return bytes(piece)

    def pattern(self, rng, length, target, wildcards):
        kind = {1: 'pe', 6: 'elf', 3: 'text', 4: 'text', 7: 'text'}.get(target) or rng.choice(('elf', 'pe', 'text'))
        hexadecimal = self.slice(rng, length, kind).hex()
        if rng.random() >= wildcards or length < 16:
            return hexadecimal
        at = 2 * rng.randrange(8, length - 6)
        gap = rng.choices([g for g, _ in GAPS], [w for _, w in GAPS])[0]
        return hexadecimal[:at] + gap + hexadecimal[at:]

    def extended(self, rng, i):
        target = rng.choices((0, 1, 2, 3, 4, 5, 6, 7), (25, 48, 3, 10, 2, 1, 6, 5))[0]
        offset = '*'
        if target in (1, 6) and rng.random() < .18:
            offset = rng.choice(('EP+0', f'EP+{rng.randrange(1, 200)}', f'EP+{rng.randrange(1, 99)},20'))
        elif rng.random() < .08:
            offset = rng.choice(('0', str(rng.randrange(1, 4096)), f'EOF-{rng.randrange(200, 4096)}'))
        return f'Synthetic.Body-{i}:{target}:{offset}:{self.pattern(rng, min(100, max(20, int(rng.gauss(45, 22)))), target, .3)}\n'

    def logical(self, rng, i, special=None):
        target = rng.choices((0, 1, 2, 3, 5, 6, 7), (22, 52, 4, 9, 1, 5, 7))[0]
        count = 2 if special else rng.choice((2, 3, 3, 4))
        parts = [self.pattern(rng, min(80, max(16, int(rng.gauss(28, 14)))), target, .15) for _ in range(count)]
        if target in (3, 7) and rng.random() < .25:
            parts[0] += rng.choice(('::i', '::w', '::iw', '::a', '::f'))
        block = f'Engine:81-255,Target:{target}'
        if rng.random() < .05:
            block += f',FileSize:{rng.randrange(100, 5000)}-{rng.randrange(50000, 5000000)}'
        expression = rng.choice(EXPRESSIONS[count])
        if special == 'pcre':
            expression, parts = '0&1&2', parts + [rf'0/\bvalue{i}\s*=\s*["\x27][0-9a-f]{{16,64}}["\x27]/' + rng.choice(('', 'i', 's'))]
        elif special == 'compare':
            expression, parts = '0&1&2', parts + [f'0(>>{rng.randrange(1, 64)}#ib{rng.choice((1, 2, 4))}#>{rng.randrange(1, 200)})']
        return f'Synthetic.Logical{(special or "").title()}-{i};{block};{expression};{";".join(parts)}\n'

    def make(self):
        size = lambda rng: min(120_000_000, int(rng.lognormvariate(12.2, 1.4)) + 64)
        section = lambda rng: (min(60_000_000, int(rng.lognormvariate(10.3, 1.5))) // 512 + 1) * 512
        self.lines('synthetic.hdb', 2e6, lambda r, i: f'{r.randbytes(16).hex()}:{size(r)}:Synthetic.Md5-{i}\n')
        self.lines('synthetic.hsb', 2e6, lambda r, i: f'{r.randbytes(32).hex()}:{"*" if i % 200 == 0 else size(r)}:Synthetic.Sha-{i}{":73" if i % 200 == 0 else ""}\n')
        self.lines('synthetic.mdb', 4e6, lambda r, i: f'{section(r)}:{r.randbytes(16).hex()}:Synthetic.Section-{i}\n')
        self.lines('synthetic.msb', 1e4, lambda r, i: f'{section(r)}:{r.randbytes(32).hex()}:Synthetic.SectionSha-{i}\n')
        self.lines('synthetic.ndb', 1e5, self.extended)
        self.lines('synthetic.ldb', 1e5, self.logical)
        self.lines('synthetic-pcre.ldb', 1e3, lambda r, i: self.logical(r, i, 'pcre'))
        self.lines('synthetic-compare.ldb', 2e3, lambda r, i: self.logical(r, i, 'compare'))


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    Maker(float(sys.argv[1]), sys.argv[2], read_pool(sys.argv[3] if len(sys.argv) > 3 else None)).make()


if __name__ == '__main__':
    main()
