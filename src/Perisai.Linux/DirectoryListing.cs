using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Perisai.Linux.Interop;

namespace Perisai.Linux;

/// <summary>
/// All names of one directory, sorted by their bytes. They lie in one buffer, each with its kind before it and a zero byte after it, so
/// that a directory of a million names costs tens of megabytes and not hundreds.
/// </summary>
public sealed unsafe class DirectoryListing
{
    // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name, zero byte.
    private const int RecordLengthAt = 16;
    private const int KindAt = 18;
    private const int NameAt = 19;

    private byte[] _names = new byte[512];
    private int _used;
    private int[] _starts = new int[16];

    private DirectoryListing()
    {
    }

    /// <summary>Number of names; <c>.</c> and <c>..</c> are left out.</summary>
    public int Count { get; private set; }

    /// <summary>A name with the zero byte at its end.</summary>
    public ReadOnlySpan<byte> TerminatedName(int index)
    {
        var name = _names.AsSpan(_starts[index] + 1);
        return name[..(name.IndexOf((byte)0) + 1)];
    }

    /// <summary>A name.</summary>
    public ReadOnlySpan<byte> Name(int index) => TerminatedName(index)[..^1];

    /// <summary>What the listing says that a name is; <see cref="FileKind.Unknown"/> on some file systems.</summary>
    public FileKind Kind(int index) => (FileKind)_names[_starts[index]];

    /// <summary>Reads a directory to its end. On an error the listing holds what was read before it.</summary>
    public static int Read(SafeFileHandle directory, out DirectoryListing listing)
    {
        listing = new();
        var buffer = stackalloc byte[32 << 10];
        int error;
        while (true)
        {
            var count = LibC.GetDirectoryEntries(directory, buffer, 32 << 10);
            error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (count <= 0)
                break;
            var records = new ReadOnlySpan<byte>(buffer, (int)count);
            while (!records.IsEmpty)
            {
                var length = BinaryPrimitives.ReadUInt16LittleEndian(records[RecordLengthAt..]);
                var name = records[NameAt..length];
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    listing.Add(name, KindOf(records[KindAt]));
                records = records[length..];
            }
        }

        listing.Sort();
        return error;
    }

    private static FileKind KindOf(byte type) => type switch
    {
        1 => FileKind.Pipe,
        2 => FileKind.CharacterDevice,
        4 => FileKind.Directory,
        6 => FileKind.BlockDevice,
        8 => FileKind.File,
        10 => FileKind.SymbolicLink,
        12 => FileKind.Socket,
        _ => FileKind.Unknown,
    };

    private void Add(ReadOnlySpan<byte> name, FileKind kind)
    {
        if (_names.Length < _used + name.Length + 2)
            Array.Resize(ref _names, Math.Max(_names.Length * 2, _used + name.Length + 2));
        if (Count == _starts.Length)
            Array.Resize(ref _starts, Count * 2);
        _starts[Count++] = _used;
        _names[_used] = (byte)kind;
        name.CopyTo(_names.AsSpan(_used + 1));
        _used += name.Length + 1;
        _names[_used++] = 0;
    }

    /// <summary>
    /// Names are compared together with what follows: no two are equal, so their first difference is at the zero byte of the shorter at the latest.
    /// </summary>
    private void Sort()
    {
        var names = _names;
        _starts.AsSpan(0, Count).Sort((left, right) => names.AsSpan(left + 1).SequenceCompareTo(names.AsSpan(right + 1)));
    }
}
