#!/usr/bin/env python3
"""make_rules.py COUNT FILE [POOL]: a synthetic set of YARA rules, for measuring.

As in public sets, about 60 % of the strings are texts, 25 % hex strings and 15 % regular expressions, and conditions are header and size tests,
`any of`, `2 of ($a*)`, counts, imports, loops. No real rule is in it: names, paths, addresses and messages are put together from ordinary words.
A share of the strings are words and bytes that this machine's programs and texts hold, so that they are met as often as the weak strings of real
rules; conditions ask for several of those, so most rules match nothing. The same count and pool give the same rules. POOL is the file of slices of
programs (see make_database.py); keep it to get the same rules again.
"""
import base64
import random
import re
import sys

from make_database import POOL, read_pool

FUNCTIONS = '''VirtualAlloc VirtualProtect WriteProcessMemory ReadProcessMemory CreateRemoteThread OpenProcess LoadLibraryA GetProcAddress CreateToolhelp32Snapshot
Process32First Process32Next RegSetValueExA RegOpenKeyExA InternetOpenA InternetOpenUrlA InternetReadFile HttpSendRequestA URLDownloadToFileA ShellExecuteA
WinExec CreateProcessA CreateFileA WriteFile ReadFile DeleteFileA CopyFileA MoveFileExA GetTempPathA GetModuleFileNameA GetModuleHandleA SetWindowsHookExA
GetAsyncKeyState GetForegroundWindow GetWindowTextA CryptEncrypt CryptDecrypt CryptAcquireContextA CryptGenKey BCryptEncrypt AdjustTokenPrivileges
OpenProcessToken LookupPrivilegeValueA CreateServiceA StartServiceA OpenSCManagerA IsDebuggerPresent CheckRemoteDebuggerPresent GetTickCount Sleep
NtQueryInformationProcess NtUnmapViewOfSection ZwMapViewOfSection QueueUserAPC SuspendThread ResumeThread SetThreadContext GetThreadContext
CreateMutexA OpenMutexA CreateEventA WaitForSingleObject socket connect recv send gethostbyname WSAStartup'''.split()
LIBRARIES = 'kernel32.dll user32.dll advapi32.dll ws2_32.dll wininet.dll urlmon.dll shell32.dll ntdll.dll crypt32.dll'.split()
FOLDERS = (r'C:\Users\{w}\AppData\Local\Temp', r'C:\Windows\System32', r'%APPDATA%\{W}', r'%TEMP%', r'C:\ProgramData\{W}', r'\\.\pipe', r'/var/tmp/.{w}',
           r'/usr/local/{w}', r'/tmp/{w}', r'C:\Program Files (x86)\{W} {W}')
TEXTS = (
    (10, r'{folder}\{w}{d}.exe'), (5, r'{folder}\{w}_{w}.dll'), (6, r'{D}:\{W}\{w}\{W}\x64\Release\{W}{W}.pdb'),
    (4, r'{D}:\{w}\{W}\obj\Debug\{w}.pdb'), (6, r'Global\{W}{X}{X}'), (4, r'{{{X}-{x4}-{x4}-{x4}-{X}{x4}}}'), (8, r'http://{w}-{w}.com/{w}/{w}.php'),
    (5, r'https://{w}.{w}{d}.net/{w}?{w}={d}'), (5, r'cmd.exe /c {w} "%s" > nul & {w} {d}'), (3, r'schtasks /create /tn {W}{W} /tr %s /sc {w}'),
    (8, r'[{s}] {W} {w} {w}: %d'), (8, r'{W} {w} {w} failed with {w} %d'), (6, r'{w}_{w}_{w}'), (8, r'{W}{W}{W}'), (5, r'Get{W}{W}Ex'),
    (4, r'Software\Microsoft\Windows\CurrentVersion\{W}\{W}'), (3, r'SYSTEM\CurrentControlSet\Services\{w}{d}'),
    (4, r'Mozilla/{d}.0 ({w}; {W} NT {d}.{d}) {W}/{d}'), (4, r'<?php ${w} = $_POST["{w}"]; {w}(${w});'), (4, r'{r24}'), (3, r'{r40}=='),
    (3, r'{w}.{w}.{w}Main'), (3, r'POST /{w}/{w}.asp HTTP/1.1'), (3, r'SELECT {w}, {w} FROM {w}_{w}'), (2, r'@{w}:{w}:{d}:'), (3, r'--{w}={w}'),
    (4, r'{w}{d}.{w}'), (3, r'{x4}{x4}'), (2, r'{w}!'), (2, r'%s\{w}\%s.{w}'), (2, r'{w}@{w}.com'), (3, r'Copyright (c) {W} {W} {d}'))
# Regular expressions: {w} and so on are filled in. The last one has nothing rare to look for. There are none that yara calls slow ([a-f0-9]{32}, addresses in
# digits): five of them bring yara down to a tenth of its speed, and public sets are kept free of them.
EXPRESSIONS = (
    (10, r'https?:\/\/{w}[a-z0-9\.\-]{{2,20}}\/{w}\.php\?[a-z]{{1,6}}=[0-9]{{1,6}}'), (8, r'{W}_[0-9a-f]{{8,16}}_{w}'),
    (7, r'\\pipe\\{w}[0-9]{{2,4}}'), (7, r'[A-Z]:\\{w}\\[^\x00]{{3,60}}\\{W}\.pdb'), (6, r'{w}\s*\(\s*(base64_decode|gzinflate|{w})\s*\('),
    (6, r'Software\\{W}\\[A-Za-z0-9]{{4,16}}\\{w}'), (5, r'{w}(ing|ed|er)? {w}s? [0-9]{{1,5}} {w}'), (5, r'var\s+_?{w}\s*=\s*["\'][0-9a-fA-F]{{16}}'),
    (5, r'Global\\{W}[A-Z0-9]{{4,12}}'), (5, r'-{w}\s+[A-Za-z0-9+\/]{{20,60}}={{0,2}}'), (5, r'(GET|POST) \/{w}\/[a-z]{{3,12}}\.{w}'),
    (5, r'{w}[\x00-\x1f]{{1,4}}{w}\x00'), (4, r'(https?|ftp):\/\/[a-z0-9]{{3,16}}\.{w}\.(com|net|org|info)\/'),
    (4, r'Chr\([0-9]{{2,3}}\)\s*&\s*"{w}'), (4, r'{W} v?[0-9]\.[0-9]{{1,2}}\.[0-9]{{1,4}} {w}'), (4, r'\b{w}:\/\/[a-f0-9]{{32}}\b'),
    (3, r'[a-z]{{4,12}}@{w}\.(ru|cn|com)'), (3, r'{w}=[A-Za-z0-9%]{{8,32}}&{w}='), (3, r'\x55\x8b\xec.{{4,12}}\x68[\x00-\xff]{{4}}\xff\x15'),
    (2, r'^{w} [a-z]+ {w}'), (2, r'<{w}[^>]{{1,80}}{w}="{w}'), (0.2, r'\\[a-z]{{8}}\.exe'))
MODIFIERS = ((34, ''), (20, ' fullword ascii'), (12, ' wide'), (10, ' ascii'), (9, ' fullword wide'), (6, ' nocase'), (6, ' ascii wide'),
             (3, ' nocase ascii wide'), (0.4, ' base64'), (0.2, ' xor(0x01-0xff)'))
STARTS = ('558bec83ec', '558bec81ec', '4883ec28', '48895c2408', '5589e5', '83c40c85c0', '8b450c8b4d08', 'ff15', 'e8')


class Maker:
    def __init__(self, count, pool):
        self.rng = random.Random(f'rules {count}')
        self.count = count
        self.programs = pool[:2 * POOL]
        words = sorted(set(re.findall(rb'\b[a-z]{4,9}\b', pool[2 * POOL:])))
        # The pool's own frequencies would give the same ten words again and again.
        self.words = [word.decode() for word in self.rng.sample(words, min(len(words), 4000))]
        found = [match[0] for match in re.finditer(rb'[\x20-\x7e]{6,40}(?=\0)', self.programs)]
        self.ordinary = [text.decode() for text in self.rng.sample(found, min(len(found), 20_000))]

    def pick(self, weighted):
        return self.rng.choices([value for _, value in weighted], [weight for weight, _ in weighted])[0]

    def word(self):
        return self.rng.choice(self.words)

    def fill(self, template):
        rng = self.rng

        def part(match):
            name = match[1]
            if name == 'w':
                return self.word()
            if name == 'W':
                return self.word().capitalize()
            if name == 'd':
                return str(rng.randrange(10 ** rng.randrange(1, 5)))
            if name == 'D':
                return rng.choice('CDEFZ')
            if name == 's':
                return rng.choice('+-!*')
            if name == 'X':
                return f'{rng.randrange(1 << 32):08X}'
            if name == 'x4':
                return f'{rng.randrange(1 << 16):04x}'
            if name[0] == 'r':
                return base64.b64encode(rng.randbytes(60)).decode()[:int(name[1:])]
            return self.fill(rng.choice(FOLDERS))

        return re.sub(r'\{(w|W|d|D|s|X|x4|r24|r40|folder)\}', part, template).replace('{{', '{').replace('}}', '}')

    # Strings

    def text(self, weak):
        kind = self.rng.random()
        if weak and kind < 0.5:
            text = self.rng.choice(self.ordinary)
        elif weak:
            text = self.rng.choice(FUNCTIONS + LIBRARIES) if kind < 0.8 else self.word() + ('' if kind < 0.95 else '.exe')
        else:
            text = self.fill(self.pick(TEXTS))
        modifiers = self.pick(MODIFIERS)
        if len(text) < 8 and ('xor' in modifiers or 'base64' in modifiers):
            modifiers = ''
        return self.quoted(text) + modifiers

    @staticmethod
    def quoted(text):
        return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'

    def slice(self, length):
        while True:
            at = self.rng.randrange(len(self.programs) - length)
            piece = self.programs[at:at + length]
            if len(set(piece)) >= min(7, length):
                return piece

    def hex(self, weak):
        rng = self.rng
        kind = rng.random()
        if not weak and kind < 0.25:
            return '{ ' + rng.randbytes(rng.randrange(8, 40)).hex(' ').upper() + ' }'
        code = list(self.slice(rng.randrange(8, 16) if weak else rng.randrange(12, 48)))
        start = bytes.fromhex(rng.choice(STARTS)) if rng.random() < 0.4 else b''
        tokens = [f'{value:02X}' for value in (*start, *code)]
        if not weak:
            # What distinguishes a rule's code from others': a byte in five is another one.
            for i in range(len(start) + rng.randrange(5), len(tokens), 5):
                tokens[i] = f'{rng.randrange(256):02X}'
        if kind < 0.75:
            # Addresses of calls and data.
            at = rng.randrange(4, len(tokens) - 3)
            while at < len(tokens) - 1:
                for i in range(at, min(at + rng.choice((1, 1, 4, 4, 4)), len(tokens) - 1)):
                    tokens[i] = '??'
                at += rng.randrange(8, 16)
        if 0.5 < kind < 0.66:
            least = rng.randrange(0, 6)
            tokens.insert(rng.randrange(5, len(tokens)), f'[{least}-{least + rng.randrange(1, 20)}]' if kind > 0.53 else f'[{least + 2}]')
        if 0.62 < kind < 0.72:
            tokens.insert(rng.randrange(5, len(tokens)), f'( {rng.randrange(256):02X} | {rng.randrange(256):02X} )' if kind < 0.68
                          else f'( {rng.randrange(256):02X} {rng.randrange(256):02X} | {rng.randrange(256):02X} ?? )')
        if 0.72 < kind < 0.735:
            tokens.insert(rng.randrange(5, len(tokens)), f'{rng.randrange(16):X}?')
        if 0.735 < kind < 0.75:
            # Two stretches of code, not far from one another.
            tokens += [f'[{rng.randrange(8)}-{rng.randrange(300, 800)}]', *(f'{value:02X}' for value in self.slice(rng.randrange(6, 14)))]
        # No two jumps beside one another.
        return '{ ' + re.sub(r'\] \[[0-9-]*\]', ']', ' '.join(tokens)) + ' }'

    def expression(self):
        modifiers = self.rng.choices((' ', ' ascii', ' nocase', ' wide', ' ascii wide', ' fullword'), (40, 25, 10, 8, 12, 5))[0]
        ending = 'i' if self.rng.random() < 0.2 else ''
        return '/' + self.fill(self.pick(EXPRESSIONS)) + '/' + ending + modifiers

    def string(self, weak=False):
        kind = self.rng.random()
        return self.text(weak) if kind < 0.6 else self.hex(weak) if kind < 0.85 else self.expression()

    # Rules

    def header(self):
        rng = self.rng
        kilobytes = rng.choice((50, 100, 200, 300, 500, 700, 1000, 2000, 5000))
        size = rng.choice(('', '', f' and filesize < {kilobytes}KB', f' and filesize < {rng.randrange(1, 20)}MB'))
        return self.pick(((46, 'uint16(0) == 0x5a4d'), (8, 'uint32(0) == 0x464c457f'),
                          (6, 'uint16(0) == 0x5a4d and uint32(uint32(0x3C)) == 0x00004550'), (4, 'uint32be(0) == 0x504B0304'),
                          (3, 'uint32(0) == 0xe011cfd0'), (6, 'filesize > 100'), (27, ''))) + size

    def rule(self, number):
        """Strings $x are specific, $s are such as ordinary files have too."""
        rng = self.rng
        strings, kind = [], rng.random()
        header = self.header().removeprefix(' and ')
        specific, weak = min(20, 1 + int(rng.expovariate(1 / 3.2))), min(12, int(rng.expovariate(1 / 2.2)))
        if kind < 0.4:
            weak = 0
        strings += [(f'$x{i}', self.string()) for i in range(specific)]
        strings += [(f'$s{i}', self.string(weak=True)) for i in range(weak)]
        if weak == 0:
            few = rng.randrange(2, 5)
            condition = self.pick((
                (30, 'any of them'), (25, 'all of them' if specific < 6 else f'{specific // 2} of them'), (15, f'{min(few, specific)} of them'),
                (5, f'#x0 > {few}'), (5, '$x0'), (4, '$x0 and #x0 > 1'),
                (3, 'for any of them : ( $ in (0..4096) )'), (2, '$x0 in (filesize - 2048..filesize)')))
            if re.search(r'x0', condition) and specific > 1:
                condition += ' and any of ($x*)'
        else:
            both = 'any of ($x*)'
            condition = self.pick((
                (30, f'{both} and {(weak + 1) // 2} of ($s*)'), (20, f'(1 of ($x*) or ( all of ($s*) and {both} ))'),
                (15, f'{min(2, specific)} of ($x*) and any of ($s*)'),
                (8, f'{both} and #s0 > 2 and all of ($s*)'), (8, f'(all of ($x*) or ( {both} and {weak} of ($s*) ))'),
                (6, f'for any of ($x*) : ( # >= 1 ) and not all of ($s*)')))
        if header.startswith('uint16(0) == 0x5a4d') and rng.random() < 0.22:
            where = self.pick(((8, f'pe.imports("{rng.choice(LIBRARIES)}", "{rng.choice(FUNCTIONS)}")'), (3, f'pe.number_of_sections > {rng.randrange(3, 8)}'),
                               (2, 'for any i in (0..pe.number_of_sections - 1) : ( pe.sections[i].name == ".{}" )'.format(self.word()[:6])),
                               (2, f'pe.imphash() == "{rng.randbytes(16).hex()}"'), (2, f'pe.exports("{self.fill("{W}{W}")}")'),
                               (1, 'for any section in pe.sections : ( section.name == ".{}" )'.format(self.word()[:6]))))
            # Some of these hold without a string.
            condition = f'({where} {"or" if "imphash" in where or "exports" in where else "and"} {condition})'
        if rng.random() < 0.005:
            strings.append(('$mz', '{ 4D 5A }'))
            condition = f'$mz at 0 and {condition}'
        if rng.random() < 0.01:
            first = strings[0][0][1:]
            byte = f'uint8(@{first}[i] + {rng.randrange(1, 64)}) == 0x{rng.randrange(256):02x}'
            condition = f'for any i in (1..#{first}) : ( {byte} ) or ({condition})'
        condition = f'{header} and ({condition})' if header else condition
        return strings, condition

    def ordinary_rule(self):
        """A rule that matches some ordinary files: so that there is something to compare."""
        strings = [(f'$s{i}', self.quoted(self.rng.choice(self.ordinary))) for i in range(self.rng.randrange(1, 4))]
        return strings, self.rng.choice(('any of them', 'filesize < 1MB and any of them', '1 of ($s*) and #s0 > 2', 'all of them'))

    def write(self, path):
        rng = self.rng
        with open(path, 'w', encoding='latin-1', newline='\n') as file:
            file.write('// Made by make_rules.py.\nimport "pe"\n\n')
            for number in range(self.count):
                strings, condition = self.ordinary_rule() if rng.random() < 0.01 else self.rule(number)
                tags = ' : ' + ' '.join(sorted({self.word() for _ in range(2)} - {'strings', 'them'})) if rng.random() < 0.15 else ''
                tags = re.sub(r'\b(' + '|'.join(RESERVED) + r')\b', r'tag_\1', tags)
                file.write(f'rule {self.word()}_{self.word()}_{number}{tags}\n{{\n    meta:\n        description = "{self.fill("{W} {w} {w} {w} {w}")}"\n'
                           f'        author = "{self.word()}"\n        date = "20{rng.randrange(15, 25)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"\n'
                           f'        score = {rng.randrange(40, 100)}\n        hash = "{rng.randbytes(32).hex()}"\n    strings:\n')
                file.writelines(f'        {name} = {text}\n' for name, text in strings)
                file.write(f'    condition:\n        {condition}\n}}\n\n')


RESERVED = '''all and any ascii at base64 condition contains defined entrypoint false filesize for fullword global icontains iequals import in include int8 int16 int32
matches meta nocase none not of or private rule startswith endswith strings them true wide xor'''.split()


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    Maker(int(sys.argv[1]), read_pool(sys.argv[3] if len(sys.argv) == 4 else None)).write(sys.argv[2])


if __name__ == '__main__':
    main()
