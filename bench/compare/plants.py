"""Planted files: for each kind of ClamAV signature some files that both programs must report, and some that neither may.

write(databases, files) puts plants.* databases into one folder and the files into another and returns the expected names by file. Those
of potentially unwanted programs (names that begin with PUA) are expected only of a program that was asked for them.
Contents are random letters from a fixed seed, so nothing else can match them.

Of ClamAV's containers only a cud can be planted: cvd and cld need its makers' signature. Tests of the project read those.
"""
import hashlib
import os
import random
import struct
import subprocess
import tempfile


def portable_executable(rng, library, function):
    """A PE32 program of two sections, .text (where it starts) and .idata, that imports one function."""
    text = bytearray(rng.randbytes(512))
    base, text_rva, import_rva = 0x400000, 0x1000, 0x2000
    imports = bytearray(512)
    lookup, address, hint, name = 40, 48, 56, 96
    struct.pack_into('<IIIII', imports, 0, import_rva + lookup, 0, 0, import_rva + name, import_rva + address)
    struct.pack_into('<I', imports, lookup, import_rva + hint)
    struct.pack_into('<I', imports, address, import_rva + hint)
    imports[hint + 2:hint + 2 + len(function)] = function
    imports[name:name + len(library)] = library
    imports[160:480] = rng.randbytes(320)
    dos = bytearray(64)
    dos[:2] = b'MZ'
    struct.pack_into('<I', dos, 60, 64)
    file_header = struct.pack('<HHIIIHH', 0x14C, 2, 0, 0, 0, 224, 0x102)
    optional = struct.pack('<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII', 0x10B, 14, 0, 512, 512, 0, text_rva, text_rva, import_rva, base, 0x1000, 512,
                           4, 0, 0, 0, 4, 0, 0, 0x3000, 0x400, 0, 3, 0, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    directories = bytearray(128)
    struct.pack_into('<II', directories, 8, import_rva, 40)
    sections = (struct.pack('<8sIIIIIIHHI', b'.text', 512, text_rva, 512, 0x400, 0, 0, 0, 0, 0x60000020)
                + struct.pack('<8sIIIIIIHHI', b'.idata', 512, import_rva, 512, 0x600, 0, 0, 0, 0, 0xC0000040))
    header = bytes(dos) + b'PE\0\0' + file_header + optional + bytes(directories) + sections
    return header.ljust(0x400, b'\0') + bytes(text) + bytes(imports)


def elf(rng):
    """A 64-bit ELF program of one loaded segment that starts at its byte 512."""
    ident = b'\x7fELF\x02\x01\x01' + bytes(9)
    header = ident + struct.pack('<HHIQQQIHHHHHH', 2, 62, 1, 0x400200, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    program = struct.pack('<IIQQQQQQ', 1, 5, 0, 0x400000, 0x400000, 2048, 2048, 0x1000)
    return (header + program).ljust(512, b'\0') + rng.randbytes(1536)


class Plants:
    def __init__(self, databases, files):
        self.databases, self.files = databases, files
        self.lines, self.expected, self.names = {}, {}, 0
        self.rng = random.Random(20261124)

    def words(self, count):
        """Lower-case words on short lines: text that no normalisation changes."""
        line = lambda: ' '.join(''.join(self.rng.choice('abcdefghijklmnopqrstuvwxyz') for _ in range(self.rng.randint(4, 9))) for _ in range(8))
        return '\n'.join(line() for _ in range(count)).encode() + b'\n'

    def file(self, content, expected, suffix='.txt'):
        self.names += 1
        name = f'{self.names:03d}-{(expected or "clean").lower()}{suffix}'
        with open(os.path.join(self.files, name), 'wb') as output:
            output.write(content)
        self.expected[name] = expected

    def line(self, database, text):
        self.lines.setdefault(database, []).append(text)

    def body(self, name, target, offset, make, container=None):
        """An extended signature: make(marker) gives the signature and the bytes that match it."""
        marker = self.words(2)[:48].replace(b'\n', b' ')
        signature, content, spoilt = make(marker)
        self.line('plants.ndb', f'Plant.{name}:{target}:{offset}:{signature}')
        wrap = container or (lambda bytes_: self.words(20) + bytes_ + self.words(20))
        suffix = '.txt' if container is None else '.bin'
        self.file(wrap(content), f'Plant.{name}', suffix)
        if spoilt is not None:
            self.file(wrap(spoilt), None, suffix)

    def digests(self):
        for kind, database, digest in (('Hdb', 'plants.hdb', hashlib.md5), ('HsbSha1', 'plants.hsb', hashlib.sha1), ('HsbSha256', 'plants.hsb', hashlib.sha256)):
            for any_size in (False, True):
                content = self.words(30)
                name = f'Plant.{kind}{"Any" if any_size else ""}'
                self.line(database, f'{digest(content).hexdigest()}:{"*" if any_size else len(content)}:{name}{":73" if any_size else ""}')
                self.file(content, name)
                self.file(content[:-1] + b'!', None)
        content = self.words(30)
        self.line('plants.hdb', f'{hashlib.md5(content).hexdigest()}:{len(content) + 1}:Plant.HdbOtherSize')
        self.file(content, None)
        for database, digest in (('plants.fp', hashlib.md5), ('plants.sfp', hashlib.sha256)):
            content = self.words(30)
            self.line('plants.hdb', f'{hashlib.md5(content).hexdigest()}:{len(content)}:Plant.Allowed')
            self.line(database, f'{digest(content).hexdigest()}:{len(content)}:Plant.Allowing')
            self.file(content, None)
        content = self.words(30)
        self.line('plants.hdb', f'{hashlib.md5(content).hexdigest()}:{len(content)}:Plant.Ignored')
        self.line('plants.ign2', 'Plant.Ignored')
        self.file(content, None)

    def sections(self):
        for kind, database, digest in (('Mdb', 'plants.mdb', hashlib.md5), ('Msb', 'plants.msb', hashlib.sha256)):
            content = portable_executable(self.rng, b'other.dll', b'Function')
            self.line(database, f'512:{digest(content[0x400:0x600]).hexdigest()}:Plant.{kind}')
            self.file(content, f'Plant.{kind}', '.exe')
        content = portable_executable(self.rng, b'Planted.dll', b'PlantedFunction')
        digest = hashlib.md5(b'planted.plantedfunction').hexdigest()
        self.line('plants.imp', f'{digest}:{len(b"planted.plantedfunction")}:Plant.Imp')
        self.file(content, 'Plant.Imp', '.exe')

    def bodies(self):
        h = lambda bytes_: bytes_.hex()
        spoil = lambda m: m[:20] + bytes([m[20] ^ 1]) + m[21:]
        self.body('NdbPlain', 0, '*', lambda m: (h(m), m, spoil(m)))
        self.body('NdbByte', 0, '*', lambda m: (h(m[:20]) + '??' + h(m[21:]), spoil(m), m[:10] + b'#' + m[11:]))
        self.body('NdbNibble', 0, '*', lambda m: (h(m[:20]) + f'{m[20] >> 4:x}?' + h(m[21:]), spoil(m), m[:20] + b'\x80' + m[21:]))
        self.body('NdbAny', 0, '*', lambda m: (h(m[:20]) + '*' + h(m[20:]), m[:20] + self.words(30) + m[20:], m[20:] + m[:20]))
        self.body('NdbFixedGap', 0, '*', lambda m: (h(m[:20]) + '{5}' + h(m[20:]), m[:20] + b'12345' + m[20:], m[:20] + b'123456' + m[20:]))
        self.body('NdbGap', 0, '*', lambda m: (h(m[:20]) + '{5-9}' + h(m[20:]), m[:20] + b'1234567' + m[20:], m[:20] + b'1234567890' + m[20:]))
        self.body('NdbWideGap', 0, '*', lambda m: (h(m[:20]) + '{300-900}' + h(m[20:]), m[:20] + b'x' * 700 + m[20:], m[:20] + b'x' * 901 + m[20:]))
        self.body('NdbUpTo', 0, '*', lambda m: (h(m[:20]) + '{-4}' + h(m[20:]), m[:20] + b'123' + m[20:], m[:20] + b'12345' + m[20:]))
        self.body('NdbFrom', 0, '*', lambda m: (h(m[:20]) + '{4-}' + h(m[20:]), m[:20] + b'1234' + m[20:], m[:20] + b'123' + m[20:]))
        self.body('NdbBytes', 0, '*', lambda m: (h(m[:20]) + '(30|31|32)' + h(m[20:]), m[:20] + b'1' + m[20:], m[:20] + b'5' + m[20:]))
        self.body('NdbStrings', 0, '*', lambda m: (h(m[:20]) + '(303030|313131)' + h(m[20:]), m[:20] + b'111' + m[20:], m[:20] + b'112' + m[20:]))
        self.body('NdbNot', 0, '*', lambda m: (h(m[:20]) + '!(30|31)' + h(m[20:]), m[:20] + b'5' + m[20:], m[:20] + b'1' + m[20:]))
        self.body('NdbText', 7, '*', lambda m: (h(m), m, spoil(m)))
        at = lambda place: (lambda bytes_: b'#' * place + bytes_ + self.words(20))
        self.body('NdbAt', 0, '100', lambda m: (h(m), m, b'#' + m), at(100))
        self.body('NdbFloating', 0, '100,50', lambda m: (h(m), m, b'#' * 60 + m), at(120))
        self.body('NdbEnd', 0, 'EOF-148', lambda m: (h(m), m + b'#' * 100, m + b'#' * 101), lambda bytes_: self.words(20) + bytes_)
        self.line('plants.db', f'Plant.Db={h(b"planted legacy signature of the oldest kind")}')
        self.file(self.words(5) + b'planted legacy signature of the oldest kind' + self.words(5), 'Plant.Db')
        for name, offset, place in (('PeEntry', 'EP+16', 0x410), ('PeSection', 'S1+200', 0x600 + 200), ('PeLast', 'SL+300', 0x600 + 300), ('PeIn', 'SE0', 0x480)):
            content = bytearray(portable_executable(self.rng, b'other.dll', b'Function'))
            self.line('plants.ndb', f'Plant.{name}:1:{offset}:{h(content[place:place + 24])}')
            self.file(bytes(content), f'Plant.{name}', '.exe')
            content[0x620:0x638], content[place:place + 24] = content[place:place + 24], bytes(24)
            self.file(bytes(content), None, '.exe')
        content = elf(self.rng)
        self.line('plants.ndb', f'Plant.ElfEntry:6:EP+32:{h(content[544:568])}')
        self.file(content, 'Plant.ElfEntry', '.elf')
        self.file(content[:540] + content[544:] + b'1234', None, '.elf')

    def unwanted(self):
        """Databases of potentially unwanted programs: the same languages, another consent."""
        h = lambda bytes_: bytes_.hex()
        content = self.words(30)
        self.line('plants.hdu', f'{hashlib.md5(content).hexdigest()}:{len(content)}:PUA.Plant.Hdu')
        self.file(content, 'PUA.Plant.Hdu')
        content = self.words(30)
        self.line('plants.hsu', f'{hashlib.sha256(content).hexdigest()}:{len(content)}:PUA.Plant.Hsu')
        self.file(content, 'PUA.Plant.Hsu')
        for kind, digest in (('Mdu', hashlib.md5), ('Msu', hashlib.sha256)):
            content = portable_executable(self.rng, b'other.dll', b'Function')
            self.line(f'plants.{kind.lower()}', f'512:{digest(content[0x400:0x600]).hexdigest()}:PUA.Plant.{kind}')
            self.file(content, f'PUA.Plant.{kind}', '.exe')
        for kind, form in (('Ndu', 'PUA.Plant.Ndu:0:*:{0}'), ('Ldu', 'PUA.Plant.Ldu;Engine:81-255,Target:0;0&1;{0};{1}')):
            first, second = self.words(1)[:24], self.words(1)[:24]
            self.line(f'plants.{kind.lower()}', form.format(h(first), h(second)))
            self.file(self.words(10) + first + second, f'PUA.Plant.{kind}')

    def further_files(self):
        """The sdb kind, and a container as sigtool makes it."""
        marker = self.words(1)[:24]
        self.line('plants.sdb', f'Plant.Sdb:0:*:{marker.hex()}')
        self.file(self.words(10) + marker, 'Plant.Sdb')
        self.file(self.words(10) + marker[::-1], None)
        inside, digested = self.words(1)[:24], self.words(30)
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'COPYING'), 'w') as file:
                file.write('Made for a comparison.\n')
            with open(os.path.join(folder, 'plants.ndb'), 'w') as file:
                file.write(f'Plant.CudNdb:0:*:{inside.hex()}\n')
            with open(os.path.join(folder, 'plants.hsb'), 'w') as file:
                file.write(f'{hashlib.sha256(digested).hexdigest()}:{len(digested)}:Plant.CudHsb\n')
            subprocess.run(['sigtool', '--build=plants.cud', '--unsigned', '--cvd-version=1', '--no-cdiff', f'--datadir={folder}'],
                           cwd=folder, input=b'plants\n', check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            os.replace(os.path.join(folder, 'plants.cud'), os.path.join(self.databases, 'plants.cud'))
        self.file(self.words(10) + inside, 'Plant.CudNdb')
        self.file(self.words(10) + inside[::-1], None)
        self.file(digested, 'Plant.CudHsb')

    def logical(self, name, block, expression, subsignatures, good, bad):
        self.line('plants.ldb', f'Plant.{name};Engine:81-255,{block};{expression};{";".join(subsignatures)}')
        for content, expected in ((good, f'Plant.{name}'), (bad, None)):
            self.file(self.words(10) + content + self.words(10), expected)

    def logicals(self):
        h = lambda bytes_: bytes_.hex()
        for number, (name, expression, good, bad) in enumerate((
                ('LdbAnd', '0&1', '01', '0'), ('LdbOr', '0|1', '1', ''), ('LdbCount', '0>2', '000', '00'), ('LdbLess', '0&1<3', '0110', '01110'),
                ('LdbEqual', '0=2', '00', '000'), ('LdbNot', '0&1=0', '0', '01'), ('LdbGroup', '(0|1)&(2|3)', '12', '01'),
                ('LdbSum', '(0|1|2)>2', '0012', '01'), ('LdbDistinct', '(0|1|2)>2,2', '0011', '0000'))):
            parts = [self.words(1)[:24] for _ in range(4)]
            used = [i for i in range(4) if str(i) in expression]
            if name in ('LdbCount', 'LdbEqual'):
                used = [0]
            if name == 'LdbDistinct':
                used = [0, 1, 2]
            if name == 'LdbSum':
                used = [0, 1, 2]
            if name == 'LdbLess':
                used = [0, 1]
            join = lambda text: b' '.join(parts[int(c)] for c in text)
            self.logical(name, 'Target:0', expression, [h(parts[i]) for i in used], join(good), join(bad))
        m = self.words(1)[:24]
        self.logical('LdbNoCase', 'Target:0', '0', [h(m) + '::i'], m.upper(), m[::-1])
        m = self.words(1)[:24]
        wide = b''.join(bytes([c, 0]) for c in m)
        self.logical('LdbWide', 'Target:0', '0', [h(m) + '::w'], wide, m)
        m = self.words(1)[:24].strip()
        self.logical('LdbFullWord', 'Target:0', '0', [h(b'zq' + m + b'qz') + '::f'], b' zq' + m + b'qz ', b'azq' + m + b'qza')
        m = self.words(1)[:24]
        self.logical('LdbSize', 'Target:0,FileSize:1-5000', '0', [h(m)], m, m + b'.' * 6000)
        m = self.words(1)[:24]
        self.logical('LdbPcre', 'Target:0', '0&1', [h(m), r'0/planted [0-9]{3,5} things/'], m + b' planted 1234 things', m + b' planted 12 things')
        m = self.words(1)[:24]
        self.logical('LdbBytes', 'Target:0', '0&1', [h(m), '0(>>24#ib1#>100)'], m + b'\x70' + b'.', m + b'\x20.')

    def write(self):
        self.digests()
        self.sections()
        self.bodies()
        self.logicals()
        self.unwanted()
        self.further_files()
        for database, lines in self.lines.items():
            with open(os.path.join(self.databases, database), 'w') as output:
                output.write('\n'.join(lines) + '\n')
        return self.expected


def write(databases, files):
    os.makedirs(databases, exist_ok=True)
    os.makedirs(files, exist_ok=True)
    return Plants(databases, files).write()
