namespace Perisai.Engine.Containers.AutoIt;

/// <summary>The numbers that hide lengths, and the seeds of keystreams, which differ between the versions.</summary>
/// <param name="CharacterLength">Bytes of a character of names.</param>
/// <param name="MatchBit">The bit that begins a match.</param>
internal sealed record AutoItFormat(
    uint TagSeed, uint NameMask, uint NameSeed, uint PathMask, uint PathSeed, uint LengthMask, uint ChecksumMask, uint DataSeed, int CharacterLength, int MatchBit)
{
    public const int HeaderLength = 40;

    public static readonly AutoItFormat Version5 = new(0x16FA, 0x29BC, 0xA25E, 0x29AC, 0xF25E, 0x45AA, 0xC3D2, 0x22AF, 1, 1);

    public static readonly AutoItFormat Version6 = new(0x18EE, 0xADBC, 0xB33F, 0xF820, 0xF479, 0x87BC, 0xA685, 0x2477, 2, 0);

    public static ReadOnlySpan<byte> Mark => [0xA3, 0x48, 0x4B, 0xBE, 0x98, 0x6C, 0x4A, 0xA9, 0x99, 0x4C, 0x53, 0x0A, 0x86, 0xD6, 0x48, 0x7D];

    public IKeystream Keys(uint seed) => CharacterLength == 1 ? new MersenneKeystream(seed) : new RotatingKeystream(seed);
}
