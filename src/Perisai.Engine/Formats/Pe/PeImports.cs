using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Perisai.Engine.Formats.Pe;

/// <summary>
/// Reads a PE's import table into the text whose digest is the imphash. The idea is pefile's; where the two differ, ClamAV's
/// way counts, because its signatures were made with it: the library's name ends at its first dot, names with other characters than letters,
/// digits, underscore and dot void the whole hash, and a function name that lies in the last 256 bytes of the file is passed over.
/// </summary>
internal sealed class PeImports
{
    /// <summary>Libraries looked at, as in ClamAV.</summary>
    private const int MaximumLibraries = 1024;

    /// <summary>Bytes looked at for one name, as in ClamAV.</summary>
    private const int MaximumNameLength = 256;

    /// <summary>
    /// Length of the text. ClamAV has no limit, and a file of nothing but thunks would give gigabytes; the largest real import lists
    /// have some hundred kilobytes.
    /// </summary>
    private const int MaximumTextLength = 4 << 20;

    private const int DescriptorLength = 20;

    private readonly BoundedReader _reader;
    private readonly PeLayout _layout;
    private readonly ImmutableArray<Fault>.Builder _faults;
    private readonly StringBuilder _text = new();

    private PeImports(BoundedReader reader, PeLayout layout, ImmutableArray<Fault>.Builder faults)
    {
        _reader = reader;
        _layout = layout;
        _faults = faults;
    }

    /// <summary>The text; null where there is no import table or none that can be hashed.</summary>
    public static string? ReadHashText(BoundedReader reader, PeLayout layout, ImmutableArray<Fault>.Builder faults)
    {
        var imports = new PeImports(reader, layout, faults);
        return imports.ReadLibraries() ? imports._text.ToString() : null;
    }

    private bool ReadLibraries()
    {
        var (address, length) = _layout.Directories[PeFormat.ImportDirectory];
        if (address == 0 || length == 0)
            return false;
        if (!_layout.TryMap(address, out var offset) || (long)offset + length > _reader.Length)
            return Malformed(PeFaults.Imports, -1);

        Span<byte> descriptor = stackalloc byte[DescriptorLength];
        Span<byte> name = stackalloc byte[MaximumNameLength];
        long at = offset;
        for (var (left, count) = (length, 0); left > DescriptorLength && count < MaximumLibraries; left -= DescriptorLength, count++)
        {
            if (!_reader.TryReadAt(at, descriptor))
                return Malformed(PeFaults.Imports, at);
            var nameAddress = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[12..]);
            if (nameAddress == 0)
                break;
            if (!_layout.TryMap(nameAddress, out var nameOffset)
                || !TryReadName(nameOffset, (int)Math.Min(MaximumNameLength, _reader.Length - nameOffset), name, out var library))
                return Malformed(PeFaults.Imports, at + 12);
            if (!ReadFunctions(library, BinaryPrimitives.ReadUInt32LittleEndian(descriptor),
                BinaryPrimitives.ReadUInt32LittleEndian(descriptor[16..]), at))
                return false;
            at += DescriptorLength;
        }

        return true;
    }

    /// <param name="library">The library's file name.</param>
    /// <param name="lookupAddress">OriginalFirstThunk.</param>
    /// <param name="boundAddress">FirstThunk, used where the other leads nowhere.</param>
    /// <param name="descriptorAt">For faults.</param>
    private bool ReadFunctions(ReadOnlySpan<byte> library, uint lookupAddress, uint boundAddress, long descriptorAt)
    {
        if ((lookupAddress == 0 || !_layout.TryMap(lookupAddress, out var thunks) || thunks == 0) && !_layout.TryMap(boundAddress, out thunks))
            return Malformed(PeFaults.Imports, descriptorAt);

        var prefix = LibraryPrefix(library);
        var size = _layout.Is64Bit ? 8 : 4;
        Span<byte> name = stackalloc byte[MaximumNameLength];
        // Thunks are read some at a time, so that the reader's window need not move to and fro between them and the names.
        Span<byte> buffer = stackalloc byte[512];
        long at = thunks;
        while (true)
        {
            _reader.Position = at;
            var available = at <= _reader.Length ? (int)Math.Min(buffer.Length, _reader.Length - at) / size * size : 0;
            if (available == 0 || !_reader.TryReadAt(at, buffer[..available]))
                return true;
            if (!_reader.Budget.CheckTime())
                return Malformed(PeFaults.ImportsTooMany, at);
            for (var i = 0; i < available; i += size)
            {
                var low = BinaryPrimitives.ReadUInt32LittleEndian(buffer[i..]);
                var high = size == 8 ? BinaryPrimitives.ReadUInt32LittleEndian(buffer[(i + 4)..]) : low;
                if ((low | high) == 0)
                    return true;
                if ((high & 0x8000_0000) != 0)
                {
                    Append(prefix, PeOrdinalNames.Find(library, (ushort)low));
                }
                else
                {
                    // An address that leads nowhere: ClamAV passes over it in PE32+, and in PE32 reads the file's third byte on, which
                    // is no name in any real file and voids the hash.
                    if (!_layout.TryMap(low, out var offset))
                    {
                        if (size == 8)
                            continue;
                        offset = 0;
                    }

                    // The hint's two bytes are not counted in the length, so that the file must be two bytes longer than is looked at.
                    if (!TryReadName((long)offset + 2, (int)Math.Min(MaximumNameLength, _reader.Length - offset), name, out var function))
                        continue;
                    if (!IsValidName(function))
                        return Malformed(PeFaults.Imports, offset + 2);
                    Append(prefix, Encoding.Latin1.GetString(function));
                }

                if (_text.Length > MaximumTextLength)
                    return Malformed(PeFaults.ImportsTooMany, at);
            }

            at += available;
        }
    }

    private bool TryReadName(long offset, int length, Span<byte> buffer, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (length < 0 || !_reader.TryReadAt(offset, buffer[..length]))
            return false;
        var end = buffer[..length].IndexOf((byte)0);
        name = buffer[..(end < 0 ? length : end)];
        return true;
    }

    private void Append(string prefix, string function)
    {
        if (_text.Length > 0)
            _text.Append(',');
        _text.Append(prefix).Append('.').Append(function.ToLowerAscii());
    }

    /// <summary>The name in lower case, without <c>.dll</c>, <c>.ocx</c> or <c>.sys</c> and whatever follows where that is its first dot.</summary>
    private static string LibraryPrefix(ReadOnlySpan<byte> library)
    {
        var dot = library.IndexOf((byte)'.');
        // A name that begins with the dot keeps it: length 0 means "not yet looked for" in ClamAV, and it comes to the same each time.
        if (dot >= 0 && library[dot..] is var extension
            && (PeOrdinalNames.StartsWithIgnoringCase(extension, ".dll") || PeOrdinalNames.StartsWithIgnoringCase(extension, ".ocx")
                || PeOrdinalNames.StartsWithIgnoringCase(extension, ".sys")))
            library = library[..dot];
        return Encoding.Latin1.GetString(library).ToLowerAscii();
    }

    private static bool IsValidName(ReadOnlySpan<byte> name)
    {
        foreach (var value in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value != '_' && value != '.')
                return false;
        }

        return true;
    }

    private bool Malformed(string id, long offset)
    {
        _faults.Add(new Fault(id, offset));
        return false;
    }
}

/// <summary>ASCII lower case: what other letters become depends on nobody's locale.</summary>
internal static class AsciiText
{
    public static string ToLowerAscii(this string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
    });
}
