using System.Security.Cryptography;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// Hands on what a packed Windows program is when it has unpacked itself, as a program of its own, whatever it was packed with. See
/// docs/design/unpacking.md.
/// </summary>
internal static class Unpacker
{
    /// <summary>Instructions of one program: about half a second.</summary>
    public const long MaximumInstructions = 50_000_000;

    /// <summary>An image that differs from the packed one in fewer bytes was not unpacked.</summary>
    private const int LeastChange = 256;

    /// <summary>Instructions of all programs of a root.</summary>
    public const long MaximumForRoot = 500_000_000;

    public static void HandOn(PeImage headers, IMemberSink sink)
    {
        if (!PackedProgram.LooksPacked(headers) || LoadedProgram.MeasureImage(headers) is var length && length <= headers.EntryPointAddress)
            return;
        // What was made here is not to be unpacked again.
        if (sink.Budget.HasMade && sink.Budget.WasMade(Digest(headers.Reader.Reader)))
            return;
        var maximum = Math.Min(MaximumInstructions, MaximumForRoot - sink.Budget.EmulatedInstructions);
        // The image, a layer of it, and as much as it may ask for itself.
        var reserved = 3L * length;
        if (maximum <= 0 || !sink.Budget.TryReserveMemory(reserved))
        {
            sink.AddObservation(Observations.PackedExecutable, "not unpacked: over budget");
            return;
        }

        try
        {
            using var emulator = new Emulator(LoadedProgram.Load(headers, length), sink.Budget);
            emulator.Run(maximum);
            sink.Budget.EmulatedInstructions += emulator.Executed;
            if (emulator.TakeImage(LeastChange) is { } image)
            {
                sink.Budget.NoteMade(SHA256.HashData(image));
                sink.AddStream(new Member("unpacked.exe") { DeclaredLength = image.Length }, new MemoryStream(image, false), -1);
            }
            else if (!emulator.CameToProgram)
            {
                sink.AddObservation(Observations.PackedExecutable, $"not unpacked: {emulator.End}");
            }
        }
        finally
        {
            sink.Budget.ReleaseMemory(reserved);
        }
    }

    private static byte[] Digest(BoundedReader reader)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (reader.Position = 0; reader.Peek(1) is { IsEmpty: false } bytes; reader.Position += bytes.Length)
            hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }
}
