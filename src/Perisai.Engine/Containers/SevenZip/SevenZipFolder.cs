namespace Perisai.Engine.Containers.SevenZip;

/// <summary>One step of a folder's decoding: a method with its inputs (the packed side) and its one output.</summary>
internal readonly record struct SevenZipCoder(ulong Method, int Inputs, byte[] Properties, long UnpackSize);

/// <summary>An input of one coder that takes the output of another.</summary>
internal readonly record struct SevenZipBinding(int Input, int Coder);

/// <summary>
/// A folder: packed streams that a graph of coders turns into one stream, in which the contents of one or more files stand behind one
/// another (a solid folder has more than one).
/// </summary>
internal sealed class SevenZipFolder
{
    public required SevenZipCoder[] Coders { get; init; }

    public required SevenZipBinding[] Bindings { get; init; }

    /// <summary>The inputs that take packed streams, in the order of these. Inputs of all coders are counted through.</summary>
    public required int[] PackedInputs { get; init; }

    /// <summary>The first of the folder's packed streams among the archive's.</summary>
    public int FirstPackedStream { get; set; }

    /// <summary>The number of streams that the folder's content is divided into.</summary>
    public long SubStreams { get; set; } = 1;

    /// <summary>The checksum of the whole content, where the header has it.</summary>
    public uint? Checksum { get; set; }

    /// <summary>The coder whose output is the folder's content; -1 where there is not exactly one that nobody else takes.</summary>
    public int MainCoder { get; private set; } = -1;

    public long UnpackSize => MainCoder < 0 ? 0 : Coders[MainCoder].UnpackSize;

    public bool IsEncrypted => Array.Exists(Coders, coder => coder.Method == SevenZipMethod.Aes);

    /// <summary>True where the content lies in the archive as it is.</summary>
    public bool IsPlain => Coders is [{ Method: SevenZipMethod.Copy }];

    /// <summary>Finds the main coder, which the header does not name. False where the connections make no sense.</summary>
    public bool TryFindMainCoder()
    {
        var taken = new bool[Coders.Length];
        foreach (var binding in Bindings)
        {
            if (taken[binding.Coder])
                return false;
            taken[binding.Coder] = true;
        }

        MainCoder = Array.IndexOf(taken, false);
        return MainCoder >= 0 && Array.LastIndexOf(taken, false) == MainCoder;
    }
}
