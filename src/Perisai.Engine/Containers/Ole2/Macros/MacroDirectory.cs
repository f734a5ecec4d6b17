using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>Reads the decompressed <c>dir</c> stream of a project ([MS-OVBA] 2.3.4.2): records of a number, a length and a value.</summary>
internal static class MacroDirectory
{
    /// <summary>Projects have some kilobytes.</summary>
    private const int MaxLength = 4 << 20;

    private const int MaxModules = 10_000;
    private const int ProjectVersion = 0x09;
    private const int ModuleName = 0x19;
    private const int ModuleStreamName = 0x1A;
    private const int WideModuleStreamName = 0x32;
    private const int ModuleOffset = 0x31;
    private const int ModuleEnd = 0x2B;

    /// <summary>The modules; <paramref name="isWhole"/> is false where the stream could not be decompressed or does not come to its end.</summary>
    public static List<MacroModule> Read(ByteSource source, ScanBudget budget, out bool isWhole)
    {
        var bytes = Decompress(source, budget, out isWhole);
        var modules = new List<MacroModule>();
        string name = "", stream = "";
        uint offset = 0;
        var at = 0;
        while (at + 6 <= bytes.Length && modules.Count < MaxModules && budget.CheckTime())
        {
            int kind = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
            // The version's length is that of its first half.
            var length = kind == ProjectVersion ? 6 : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 2));
            at += 6;
            if (length > bytes.Length - at)
            {
                isWhole = false;
                break;
            }

            var value = bytes.AsSpan(at, (int)length);
            at += value.Length;
            switch (kind)
            {
                case ModuleName:
                    name = MemberName.Decode(value);
                    break;
                case ModuleStreamName:
                    stream = MemberName.Decode(value);
                    break;
                case WideModuleStreamName:
                    stream = Encoding.Unicode.GetString(value);
                    break;
                case ModuleOffset when value.Length >= 4:
                    offset = BinaryPrimitives.ReadUInt32LittleEndian(value);
                    break;
                case ModuleEnd:
                    modules.Add(new(name, stream.Length > 0 ? stream : name, offset));
                    (name, stream, offset) = ("", "", 0);
                    break;
                default:
                    break;
            }
        }

        return modules;
    }

    private static byte[] Decompress(ByteSource source, ScanBudget budget, out bool isWhole)
    {
        using var input = new CodecInput(source, 0, source.Length, budget);
        using var content = new MacroSourceStream(input);
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        isWhole = true;
        try
        {
            int count;
            while ((count = content.Read(buffer)) > 0 && budget.ChargeProduced(count) && bytes.Length < MaxLength)
                bytes.Write(buffer, 0, count);
        }
        catch (CodecException)
        {
            isWhole = false;
        }

        return bytes.ToArray();
    }
}
