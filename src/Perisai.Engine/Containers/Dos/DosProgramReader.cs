using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Dos;

/// <summary>Hands on what lies behind a program for DOS: an archive that it extracts, or whatever else is of a known type.</summary>
internal sealed class DosProgramReader : IContainerReader
{
    public static readonly DosProgramReader Instance = new();

    private const int PageLength = 512;
    private const int HeaderLength = 8;

    public string Name => "dos";

    public FormatDescription Description { get; } = new(
        "Program for DOS (exe)", "data behind the program, as far as they are of a known type; ARJ and LHA archives a little behind it; other archives and programs anywhere in it",
        "Microsoft MS-DOS Programmer's Reference, EXE header")
    {
        Limits = "ARJ and LHA within 64 KiB behind the program",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (source.Read(0, header) < header.Length)
            return;
        // The bytes in the last page, where 0 means all, and the number of pages.
        int last = BinaryPrimitives.ReadUInt16LittleEndian(header[2..]), pages = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        var end = (long)pages * PageLength - (last is > 0 and < PageLength ? PageLength - last : 0);
        if (end <= 0 || end >= source.Length)
            return;
        var type = ProgramContent.Identify(source, end, source.Length - end, sink.Budget);
        if (type != FileType.Unknown)
        {
            if (!ProgramContent.HasMark(type))
                sink.AddSlice(new("overlay"), source, end, source.Length - end);
            return;
        }

        if (OldArchives.Find(source, end, sink, out var name) is > 0 and var start)
            sink.AddSlice(new(name), source, start, source.Length - start);
    }
}
