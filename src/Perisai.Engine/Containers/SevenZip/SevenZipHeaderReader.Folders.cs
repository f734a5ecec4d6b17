namespace Perisai.Engine.Containers.SevenZip;

internal sealed partial class SevenZipHeaderReader
{
    private void ReadFolders()
    {
        if (Number() != SevenZipProperty.Folder)
            Fail("the folders are missing");
        var count = Long();
        if (Byte() != 0)
            Fail("the folders are in an additional stream");
        var packed = 0;
        for (var index = 0L; index < count && !Failed; index++)
        {
            if (index >= _room)
                Fail("there are too many folders");
            else if (ReadFolder() is { } folder)
            {
                folder.FirstPackedStream = packed;
                packed += folder.PackedInputs.Length;
                Archive.Folders.Add(folder);
            }
        }

        if (Number() != SevenZipProperty.UnpackSizes)
            Fail("the unpacked sizes are missing");
        foreach (var folder in Archive.Folders)
        {
            for (var coder = 0; coder < folder.Coders.Length; coder++)
                folder.Coders[coder] = folder.Coders[coder] with { UnpackSize = Long() };
        }

        while (!Failed)
        {
            var kind = Number();
            if (kind == SevenZipProperty.End)
                return;
            if (kind == SevenZipProperty.Checksums)
                ReadChecksums(count, (index, checksum) => Archive.Folders[index].Checksum = checksum);
            else
                Fail("an unknown kind of folder property");
        }
    }

    /// <summary>A folder; null, with <see cref="Failed"/>, where it is none.</summary>
    private SevenZipFolder? ReadFolder()
    {
        var coderCount = Number();
        if (coderCount is 0 or > SevenZipFormat.MaxCoders)
            Fail("a folder has no or too many coders");
        if (Failed)
            return null;
        var coders = new SevenZipCoder[coderCount];
        var inputs = 0;
        for (var index = 0; index < coders.Length && !Failed; index++)
        {
            coders[index] = ReadCoder();
            inputs += coders[index].Inputs;
        }

        if (inputs > SevenZipFormat.MaxCoders || inputs < coders.Length)
            Fail("a folder has no or too many inputs");
        if (Failed)
            return null;
        var free = new bool[inputs];
        free.AsSpan().Fill(true);
        // Every coder's output but one is some coder's input.
        var bindings = new SevenZipBinding[coders.Length - 1];
        for (var index = 0; index < bindings.Length; index++)
            bindings[index] = new(Index(inputs, free), Index(coders.Length, null));
        var packed = new int[inputs - bindings.Length];
        if (packed.Length == 1)
            packed[0] = Array.IndexOf(free, true);
        else
        {
            for (var index = 0; index < packed.Length; index++)
                packed[index] = Index(inputs, free);
        }

        if (Failed)
            return null;
        var folder = new SevenZipFolder { Coders = coders, Bindings = bindings, PackedInputs = packed };
        if (folder.TryFindMainCoder())
            return folder;
        Fail("the coders of a folder are not connected");
        return null;
    }

    private SevenZipCoder ReadCoder()
    {
        // The length of the identifier, whether numbers of streams follow, whether properties do.
        var flags = Byte();
        if ((flags & 0xC0) != 0 || (flags & 0x0F) > 8)
            Fail("a coder of an unknown kind");
        if (!_reader.TryGetSpan(flags & 0x0F, out var identifier))
            Fail("a coder ends early");
        var method = 0UL;
        foreach (var part in identifier)
            method = method << 8 | part;
        var inputs = 1;
        if ((flags & 0x10) != 0)
        {
            var count = Number();
            if (count > SevenZipFormat.MaxCoders || Number() != 1)
                Fail("a coder has too many inputs or outputs");
            inputs = (int)Math.Min(count, SevenZipFormat.MaxCoders);
        }

        byte[] properties = [];
        if ((flags & 0x20) != 0)
        {
            var length = Number();
            // No method has more than some tens of bytes.
            if (length > 4096 || !_reader.TryGetSpan((int)length, out var bytes))
                Fail("the properties of a coder are too long");
            else
                properties = bytes.ToArray();
        }

        return new(method, inputs, properties, 0);
    }

    /// <summary>A number below <paramref name="count"/> that was not named before.</summary>
    private int Index(int count, bool[]? free)
    {
        var value = Number();
        if (value >= (ulong)count || free is not null && !free[value])
        {
            Fail("a folder connects what does not exist");
            return 0;
        }

        if (free is not null)
            free[value] = false;
        return (int)value;
    }
}
