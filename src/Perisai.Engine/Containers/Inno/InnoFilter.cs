namespace Perisai.Engine.Containers.Inno;

/// <summary>How the targets of call and jump instructions are changed in programs, so that they compress better.</summary>
internal enum InnoFilter
{
    /// <summary>Before 5.2.0: byte by byte, without end.</summary>
    Stream,

    /// <summary>Within blocks of 64 KiB, three bytes of a target of four.</summary>
    Blocks,

    /// <summary>The same, and the fourth byte follows the sign. Since 5.3.9.</summary>
    BlocksWithSign,
}
