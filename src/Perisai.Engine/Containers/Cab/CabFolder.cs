namespace Perisai.Engine.Containers.Cab;

/// <summary>A folder (CFFOLDER): a run of blocks that are compressed as one stream and hold the files one after another.</summary>
/// <param name="DataOffset">Where its first block begins.</param>
/// <param name="Blocks">How many blocks it has in this cabinet.</param>
/// <param name="Type">The method in the low four bits; for LZX and Quantum the window's size in bits 8 to 12.</param>
internal readonly record struct CabFolder(long DataOffset, int Blocks, ushort Type)
{
    public CabMethod Method => (CabMethod)(Type & 15);

    public int WindowBits => Type >> 8 & 31;

    public static bool TryRead(BoundedReader reader, int reserve, out CabFolder folder)
    {
        folder = default;
        if (!reader.TryReadUInt32(out var offset) || !reader.TryReadUInt16(out var blocks) || !reader.TryReadUInt16(out var type))
            return false;
        folder = new(offset, blocks, type);
        return reader.TrySkip(reserve);
    }
}
