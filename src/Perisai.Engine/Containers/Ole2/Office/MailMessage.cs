using System.Text;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Tnef;

namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>
/// Messages of Outlook ([MS-OXMSG]): each property is a stream, named by its number and type. Attachments bear the names that neighbouring streams
/// give; a body in compressed RTF is decompressed. Embedded messages are storages, whose streams come out as all others do.
/// </summary>
internal static class MailMessage
{
    private const string Prefix = "__substg1.0_";
    private const string AttachedData = Prefix + "37010102";
    private const string CompressedBody = Prefix + "10090102";
    private const int LongestName = 1024;

    /// <summary>Streams that hold an attachment's name, the better ones first: long and short, in UTF-16 and in 8 bits.</summary>
    private static readonly string[] _names = [Prefix + "3707001F", Prefix + "3707001E", Prefix + "3001001F", Prefix + "3704001F", Prefix + "3704001E"];

    public static bool IsProperty(Ole2Entry entry) => entry.Name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The name to hand a stream on under.</summary>
    public static string NameOf(Ole2File file, Ole2Entry entry)
    {
        if (entry.Name != AttachedData)
            return entry.Path;
        foreach (var candidate in _names)
        {
            if (file.Find(entry.Parent, candidate) is not { IsStream: true, Length: > 0 and < LongestName } stream)
                continue;
            var bytes = new byte[(int)stream.Length];
            var text = bytes.AsSpan(0, file.Open(stream).Read(0, bytes));
            var name = candidate[^1] == 'F' ? Encoding.Unicode.GetString(text).TrimEnd('\0') : MemberName.Decode(text);
            if (name.Length > 0)
                return name;
        }

        return entry.Path;
    }

    public static bool Read(Ole2File file, Ole2Entry entry)
    {
        if (entry.Name != CompressedBody)
            return true;
        var source = file.Open(entry);
        using var input = new CodecInput(source, 0, source.Length, file.Sink.Budget);
        using var content = new CompressedRtfStream(input);
        var goesOn = file.Sink.AddStream(new($"{entry.Path}.rtf"), content, source.Length);
        foreach (var fault in content.Faults)
            file.Sink.AddFault(Ole2Faults.BadBody, fault.Offset, fault.Id);
        return goesOn;
    }
}
