using Perisai.Engine.Formats.Elf;
using Perisai.Engine.Formats.MachO;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Formats;

/// <summary>The one entry point to the facts of executables. Not cheap (several reads): to be called once, when something asks.</summary>
internal static class ExecutableReader
{
    /// <summary>
    /// The facts; null where the type is no executable. Broken headers give facts too, with
    /// <see cref="ExecutableFacts.HeadersWereRead"/> false and the faults. The reader's position is not kept.
    /// </summary>
    public static ExecutableFacts? Read(FileType type, BoundedReader reader, ExecutableDetails details = ExecutableDetails.All) =>
        type switch
        {
            FileType.Pe => PeReader.Read(reader, details),
            // ClamAV puts every MZ file under its PE target and finds that this one has no headers.
            FileType.MsDos => new ExecutableFacts(),
            FileType.Elf => ElfReader.Read(reader, details),
            FileType.MachO => MachOReader.Read(reader, details),
            FileType.MachOFat => MachOFatReader.Read(reader),
            _ => null,
        };
}
