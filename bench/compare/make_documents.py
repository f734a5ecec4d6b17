#!/usr/bin/env python3
"""make_documents.py FOLDER [MEGABYTES]: documents of the kinds that people send each other, made from texts and pictures of this machine.

Written are docx, xlsx, odt, pdf, doc (a compound file), rtf, html, mails with attachments, and plain ics, in turn, until the folder holds so
much (60). The same machine gives the same documents. They are whole and open in the usual programs' readers; only what a scanner walks through
is in them: parts, streams, encodings.
"""
import base64
import email.message
import hashlib
import io
import os
import random
import struct
import sys
import zipfile
import zlib

TEXTS = ('/usr/share/doc', '/usr/share/perl', '/usr/lib/python3')
PICTURES = ('/usr/share', '/usr/lib')


def find(roots, endings, smallest, largest):
    found = []
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in names:
                path = os.path.join(folder, name)
                if name.endswith(endings) and os.path.isfile(path) and not os.path.islink(path) and smallest <= os.path.getsize(path) <= largest:
                    found.append((hashlib.md5(path.encode(errors='surrogateescape')).digest(), path))
    return [path for _, path in sorted(found)]


def escape(text):
    text = ''.join(letter if letter >= ' ' or letter in '\t\n' else ' ' for letter in text)
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')


def archive(parts):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, 'w', zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_STORED if name == 'mimetype' or name.endswith(('.png', '.jpg')) else zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def word(text, picture):
    body = ''.join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in text.splitlines())
    return archive([
        ('[Content_Types].xml', '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
         'ContentType="application/xml"/></Types>'),
        ('_rels/.rels', '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'),
        ('word/document.xml', f'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'),
        ('word/styles.xml', '<?xml version="1.0"?><w:styles/>' + ' ' * 4000),
        ('word/media/image1.png', picture)])


def sheet(text, picture):
    rows = ''.join(f'<row r="{number}">' + ''.join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in line.split()) + '</row>'
                   for number, line in enumerate(text.splitlines(), 1))
    return archive([('[Content_Types].xml', '<?xml version="1.0"?><Types/>'), ('xl/workbook.xml', '<?xml version="1.0"?><workbook/>'),
                    ('xl/worksheets/sheet1.xml', f'<?xml version="1.0"?><worksheet><sheetData>{rows}</sheetData></worksheet>'), ('xl/media/image1.png', picture)])


def open_document(text, picture):
    body = ''.join(f'<text:p>{escape(line)}</text:p>' for line in text.splitlines())
    return archive([('mimetype', 'application/vnd.oasis.opendocument.text'), ('content.xml', f'<?xml version="1.0"?><office:document-content>{body}</office:document-content>'),
                    ('Pictures/1.png', picture), ('META-INF/manifest.xml', '<?xml version="1.0"?><manifest:manifest/>')])


def pdf(text, picture):
    objects = [b'<< /Type /Catalog /Pages 2 0 R >>', None]
    pages = []
    lines = text.splitlines()
    for start in range(0, len(lines), 60):
        content = 'BT /F1 10 Tf 50 780 Td 12 TL ' + ' '.join('(%s) Tj T*' % line.replace('\\', '\\\\').replace('(', '\\(').replace(')', '\\)') for line in lines[start:start + 60]) + ' ET'
        packed = zlib.compress(content.encode('latin-1', 'replace'))
        objects.append(b'<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream' % (len(packed), packed))
        objects.append(b'<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>' % len(objects))
        pages.append(len(objects))
    packed = zlib.compress(picture)
    objects.append(b'<< /Type /XObject /Subtype /Image /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream' % (len(packed), packed))
    objects[1] = b'<< /Type /Pages /Count %d /Kids [%s] >>' % (len(pages), b' '.join(b'%d 0 R' % page for page in pages))
    out, offsets = bytearray(b'%PDF-1.5\n%\xe2\xe3\xcf\xd3\n'), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (number, content)
    table = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1) + b''.join(b'%010d 00000 n \n' % at for at in offsets)
    return bytes(out + b'trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, table))


def compound(streams):
    """A compound file of version 3: streams of at least 4,096 bytes, one directory, as many table sectors as it takes."""
    sector = 512
    streams = [(name, content.ljust(4096, b'\0')) for name, content in streams]
    entries = [('Root Entry', 5, 0xFFFFFFFE, 0)]
    data, table = bytearray(), []
    for name, content in streams:
        count = (len(content) + sector - 1) // sector
        entries.append((name, 2, len(table), len(content)))
        table += list(range(len(table) + 1, len(table) + count)) + [0xFFFFFFFE]
        data += content.ljust(count * sector, b'\0')
    directory = bytearray()
    while len(entries) % 4:
        entries.append(('', 0, 0, 0))
    for index, (name, kind, start, length) in enumerate(entries):
        encoded = (name + '\0').encode('utf-16-le') if name else b''
        right = index + 1 if kind == 2 and index < len(streams) else 0xFFFFFFFF
        child = 1 if kind == 5 else 0xFFFFFFFF
        directory += encoded.ljust(64, b'\0') + struct.pack('<HBBIII', len(encoded), kind, 1, 0xFFFFFFFF, right, child) + bytes(36) + struct.pack('<IQ', start, length)
    directory_start = len(table)
    table += list(range(directory_start + 1, directory_start + len(directory) // sector)) + [0xFFFFFFFE]
    data += directory
    count = 1
    while count * 128 < len(table) + count:
        count += 1
    starts = list(range(len(table), len(table) + count))
    table += [0xFFFFFFFD] * count
    table += [0xFFFFFFFF] * (count * 128 - len(table))
    data += struct.pack(f'<{len(table)}I', *table)
    header = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(16) + struct.pack('<HHHHH', 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack('<IIIIIIIII', 0, count, directory_start, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    if count > 109:
        raise ValueError('too long for one header')
    return header + struct.pack('<109I', *(starts + [0xFFFFFFFF] * (109 - count))) + bytes(data)


def word97(text, picture):
    return compound([('WordDocument', text.encode('utf-16-le')), ('1Table', text[:3000].encode('latin-1', 'replace')), ('Data', picture)])


def rich(text, picture):
    body = ''.join(line.replace('\\', '\\\\').replace('{', '\\{').replace('}', '\\}') + '\\par\n' for line in text.splitlines())
    picture = '\n'.join(picture.hex()[start:start + 128] for start in range(0, 2 * len(picture), 128))
    return ('{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times;}}\n' + body + '{\\pict\\pngblip\n' + picture + '}\n}\n').encode('latin-1', 'replace')


def page(text, picture):
    body = ''.join(f'<p class="line">{escape(line)}</p>\n' for line in text.splitlines())
    return (f'<!DOCTYPE html>\n<html><head><title>{escape(text[:40])}</title><script>var a = "{base64.b64encode(text[:300].encode()).decode()}"; function f(b) {{ return a + b; }}</script>'
            f'</head><body>\n{body}<img src="data:image/png;base64,{base64.b64encode(picture).decode()}"></body></html>\n').encode('utf-8', 'replace')


def mail(text, attachments):
    message = email.message.EmailMessage()
    message['From'], message['To'], message['Subject'] = 'sender@example.org', 'receiver@example.net', text[:40].replace('\n', ' ').strip() or 'subject'
    message.set_content(text[:20_000], cte='quoted-printable')
    message.add_alternative(page(text[:20_000], b'').decode('utf-8', 'replace'), subtype='html')
    for name, content in attachments:
        message.add_attachment(content, maintype='application', subtype='octet-stream', filename=name)
    return message.as_bytes()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder, limit = sys.argv[1], float(sys.argv[2] if len(sys.argv) > 2 else 60) * 1e6
    os.makedirs(folder, exist_ok=True)
    texts = find(TEXTS, ('.txt', '.pod', '.py', 'copyright', 'README'), 4_000, 120_000)
    pictures = find(PICTURES, ('.png',), 2_000, 200_000)
    if not texts or not pictures:
        sys.exit('This machine has no texts or no pictures to make documents from.')
    chance, size, number = random.Random(1), 0, 0
    kinds = (('docx', word), ('pdf', pdf), ('doc', word97), ('html', page), ('xlsx', sheet), ('rtf', rich), ('odt', open_document), ('eml', None))
    last = []
    while size < limit:
        ending, make = kinds[number % len(kinds)]
        with open(texts[chance.randrange(len(texts))], encoding='utf-8', errors='replace') as file:
            text = file.read()
        with open(pictures[chance.randrange(len(pictures))], 'rb') as file:
            picture = file.read()
        content = make(text, picture) if make else mail(text, last[-2:])
        last = [*last[-2:], (f'attachment{number}.{ending}', content)]
        with open(os.path.join(folder, f'{number:05d}.{ending}'), 'wb') as file:
            file.write(content)
        size += len(content)
        number += 1
    print(f'{folder} {number} files, {size / 1e6:.1f} MB')


if __name__ == '__main__':
    main()
