namespace Perisai.Engine.Containers.OneNote;

/// <summary>
/// Hands on the files and pictures in a OneNote section: they lie in it as they are, each behind a mark and its length, so that the section's
/// revisions and properties need not be understood.
/// </summary>
internal sealed class OneNoteReader : IContainerReader
{
    /// <summary>Where the header keeps the length of the file ([MS-ONESTORE] 2.3.1).</summary>
    private const int ExpectedLengthOffset = 0xC4;

    /// <summary>A mark, a length, and bytes that are not used, before an object ([MS-ONESTORE] 2.6.13).</summary>
    private const int ObjectHeaderLength = 36;

    /// <summary>Alternate packaging, which services send: the same objects in another frame.</summary>
    private const int FileTypeOffset = 48;

    public static readonly OneNoteReader Instance = new();

    public string Name => "onenote";

    public FormatDescription Description { get; } = new(
        "OneNote section (one)",
        "embedded files and pictures, in files of OneNote 2010 and later",
        "[MS-ONESTORE]")
    {
        Gaps = "objects in the packaging of services (archives and programs in it are found); names of embedded files are not read; ink and text are matched in the section itself",
    };

    private static ReadOnlySpan<byte> ObjectMark =>
        [0xE7, 0x16, 0xE3, 0xBD, 0x65, 0x26, 0x11, 0x45, 0xA4, 0xC4, 0x8D, 0x4D, 0x0B, 0x7A, 0x9E, 0xAC];

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget, ExpectedLengthOffset);
        if (!reader.TryReadUInt64(out var expected))
            sink.AddLoss(OneNoteFaults.Truncated, source.Length, "The header is not whole.");
        else if (expected > (ulong)source.Length && !IsPackaged(reader))
            sink.AddLoss(OneNoteFaults.Truncated, source.Length, $"{source.Length} of {expected} bytes.");
        var count = 0;
        long at = 0;
        while ((at = reader.IndexOf(ObjectMark, at)) >= 0 && !sink.ShouldStop)
        {
            reader.Position = at + ObjectMark.Length;
            if (!reader.TryReadUInt64(out var length) || !reader.TrySkip(ObjectHeaderLength - ObjectMark.Length - 8))
            {
                sink.AddLoss(OneNoteFaults.BadObject, at);
                return;
            }

            var present = (long)Math.Min(length, (ulong)reader.Remaining);
            if (present < (long)Math.Min(length, long.MaxValue))
                sink.AddLoss(OneNoteFaults.BadObject, at, $"{present} of {length} bytes.");
            if (present > 0 && !sink.AddSlice(new($"object-{++count}") { DeclaredLength = present }, source, reader.Position, present))
                return;
            // An object that ends behind the file may have hidden others within what it claims.
            at = length > (ulong)present ? at + ObjectMark.Length : reader.Position + present;
        }

        if (!sink.ShouldStop && IsPackaged(reader))
            sink.AddNotScanned(new Member("objects"), NotScannedReason.Unsupported, "A section in the packaging of services, whose objects are in another frame.");
    }

    private static bool IsPackaged(BoundedReader reader)
    {
        reader.Position = FileTypeOffset;
        return reader.TryGetSpan(4, out var format) && !format.SequenceEqual((ReadOnlySpan<byte>)[0x3F, 0xDD, 0x9A, 0x10]);
    }
}
