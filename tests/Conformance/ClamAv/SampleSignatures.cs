using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Conformance.ClamAv;

/// <summary>Makes a database of every kind of signature, for every object and every target.</summary>
internal sealed class SampleSignatures
{
    private const int Targets = 15;
    private readonly SortedDictionary<string, StringBuilder> _files = [];
    private readonly Random _random = new(20261125);
    private int _number;

    /// <summary>What each signature is, by its name.</summary>
    public Dictionary<string, string> Lines { get; } = [];

    public void AddFor(SampleObject sample)
    {
        AddDigests(sample);
        var places = sample.Places.Concat([Draw(sample), Draw(sample)]).ToList();
        foreach (var place in places)
        {
            var body = sample.Content.AsSpan(place, Math.Min(_random.Next(8, 24), sample.Content.Length - place)).ToArray();
            if (body.Distinct().Count() < 3)
                continue;
            for (var target = 0; target < Targets; target++)
                Add("ndb", sample, $"{target}:*:{Hex(body)}");
            AddPlaced(sample, place, body);
            AddLogical(sample, body);
        }

        foreach (var view in sample.Views)
        {
            foreach (var target in (int[])[0, 3, 4, 7])
            {
                Add("ndb", sample, $"{target}:*:{Hex(Encoding.ASCII.GetBytes(view))}");
                Add("ldb", sample, $"Engine:51-255,Target:{target};0;{Hex(Encoding.ASCII.GetBytes(view))}", ';');
            }
        }
    }

    /// <summary>Lists that allow an object by one of its digests, and that switch signatures off by their names, some for another line.</summary>
    public void Allow(IReadOnlyList<SampleObject> samples)
    {
#pragma warning disable CA5350, CA5351 // The database's formats want them.
        foreach (var (index, sample) in samples.Index())
        {
            switch (index % 5)
            {
                case 0: AddLine("fp", $"{Hex(MD5.HashData(sample.Content))}:{sample.Content.Length}:Allowed", ""); break;
                case 1: AddLine("sfp", $"{Hex(SHA256.HashData(sample.Content))}:{sample.Content.Length}:Allowed", ""); break;
                case 2: AddLine("fp", $"{Hex(MD5.HashData(sample.Content))}:{sample.Content.Length + 1}:Allowed", ""); break;
                case 3: AddLine("sfp", $"{Hex(SHA1.HashData(sample.Content))}:*:Allowed:73", ""); break;
            }
        }

        foreach (var (name, line) in Lines.Where(pair => pair.Key.Length > 0 && _random.Next(4) == 0).ToList())
        {
            var signature = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            // clamscan refuses a file in which a name alone follows one with a digest.
            var digest = _random.Next(2) == 0 ? Hex(MD5.HashData(Encoding.ASCII.GetBytes(signature))) : new string('0', 32);
            if (_random.Next(3) == 0)
                AddLine("names.ign2", name, "");
            else
                AddLine("ign2", $"{name}:{digest}", "");
        }
#pragma warning restore CA5350, CA5351
    }

    public void Write(string folder)
    {
        foreach (var (extension, lines) in _files)
            File.WriteAllText(Path.Combine(folder, $"all.{extension}"), lines.ToString());
    }

    /// <summary>A place whose bytes are not all alike: those would be found everywhere.</summary>
    private int Draw(SampleObject sample)
    {
        while (true)
        {
            var place = _random.Next(sample.Content.Length - 40);
            if (sample.Content.Skip(place).Take(8).Distinct().Count() > 4)
                return place;
        }
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private void AddDigests(SampleObject sample)
    {
#pragma warning disable CA5350, CA5351 // The database's formats want them.
        AddDigest("hdb", sample, MD5.HashData(sample.Content), $"{sample.Content.Length}", "");
        AddDigest("hsb", sample, SHA1.HashData(sample.Content), $"{sample.Content.Length}", "");
        AddDigest("hsb", sample, SHA256.HashData(sample.Content), $"{sample.Content.Length}", "");
        AddDigest("hsb", sample, SHA256.HashData(sample.Content), "*", ":73");
        AddDigest("hdb", sample, MD5.HashData(sample.Content), "*", ":73");
        AddDigest("hdb", sample, MD5.HashData(sample.Content), $"{sample.Content.Length + 1}", "");
        if (sample.Content is [(byte)'M', (byte)'Z', ..])
        {
            var section = sample.Content.AsSpan(0x200, Math.Min(0x200, sample.Content.Length - 0x200));
            AddLine("mdb", $"{section.Length}:{Hex(MD5.HashData(section))}:{Next(sample)}");
        }
#pragma warning restore CA5350, CA5351
    }

    private void AddDigest(string kind, SampleObject sample, byte[] digest, string size, string level) =>
        AddLine(kind, $"{Hex(digest)}:{size}:{Next(sample)}{level}");

    /// <summary>Every kind of offset, right and wrong.</summary>
    private void AddPlaced(SampleObject sample, int place, byte[] body)
    {
        var fromEnd = sample.Content.Length - place;
        string[] offsets =
        [
            $"{place}", $"{place + 1}", $"{Math.Max(0, place - 3)},5", $"EOF-{fromEnd}", $"EOF-{fromEnd + 3},5", $"EOF-{fromEnd + 1}",
            "EP+0", $"EP+{_random.Next(64)},400", "S0+0,600", "SL+0,300", "SE0", "S1+0", "EP-10,40",
        ];
        foreach (var offset in offsets)
        {
            // Places of programs are refused for other targets.
            foreach (var target in offset[0] is 'S' || offset.StartsWith("EP", StringComparison.Ordinal) ? (int[])[1, 6, 9] : [0, 1, 6, 9])
                Add("ndb", sample, $"{target}:{offset}:{Hex(body)}");
        }
    }

    private void AddLogical(SampleObject sample, byte[] body)
    {
        var half = body.Length / 2;
        var (first, second) = (Hex(body.AsSpan(0, half)), Hex(body.AsSpan(half)));
        var whole = Hex(body);
        var text = Encoding.Latin1.GetString(body);
        string[] conditions =
        [
            $"0&1;{first};{second}", $"0|1;{first};00112233445566778899", $"0&1;{first};00112233445566778899", $"0=1;{whole}", $"0>1;{whole}", $"0<3;{whole}", "(0|1)=0;0011223344556677;8899aabbccddeeff",
            $"(0&1)>1,2;{first};{second}", $"0;{whole}::i", $"0;{Hex(Encoding.Latin1.GetBytes(text.ToUpperInvariant()))}::i", $"0;{whole}::w", $"0;{whole}::wa", $"0;{whole}::f",
            $"0;{first}{{0-4}}{second}", $"0;{first}*{second}", $"0;{first[..^2]}??{second}", $"0;{whole[..^1]}?", $"0;{first}({second}|0011223344)", $"0;{first}!(0000){second[4..]}",
            $"0;{first}[0-3]{second[..2]}", $"0&1;{whole};0/{Escaped(body)}/", $"0&1;{whole};0/{Escaped(body)}/i", $"0&1;{first};0(>>0#ib1#>0)", $"0;0:{whole}", $"0;EOF-100,100:{whole}",
        ];
        foreach (var condition in conditions)
        {
            foreach (var target in (int[])[0, 1, 3, 7])
                Add("ldb", sample, $"Engine:51-255,Target:{target};{condition}", ';');
        }

        Add("ldb", sample, $"Engine:51-255,Target:0,FileSize:1-{sample.Content.Length};0;{whole}", ';');
        Add("ldb", sample, $"Engine:51-255,Target:0,FileSize:{sample.Content.Length + 1}-100000;0;{whole}", ';');
        Add("ldb", sample, $"Engine:51-255,Target:0,Container:CL_TYPE_ZIP;0;{whole}", ';');
        Add("ldb", sample, $"Engine:51-255,Target:0,Container:CL_TYPE_GZ;0;{whole}", ';');
        Add("ldb", sample, $"Engine:51-255,Target:0,Container:CL_TYPE_MAIL;0;{whole}", ';');
        Add("ldb", sample, $"Engine:51-255,Target:0,Intermediates:CL_TYPE_GZ>CL_TYPE_POSIX_TAR;0;{whole}", ';');
        Add("ldb", sample, $"Engine:51-255,Target:1,NumberOfSections:1-3;0;{whole}", ';');
        AddLine("db", $"{Next(sample)}={whole}");
    }

    /// <summary>Letters and digits as they are, all else by number.</summary>
    private static string Escaped(byte[] body) => string.Concat(body.Select(value =>
        char.IsAsciiLetterOrDigit((char)value) ? ((char)value).ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}")));

    private void Add(string kind, SampleObject sample, string rest, char separator = ':')
    {
        var name = Next(sample);
        AddLine(kind, name + separator + rest, name);
    }

    private string Next(SampleObject sample) => $"T{_number++}.{sample.Name}";

    private void AddLine(string kind, string line, string? name = null)
    {
        if (!_files.TryGetValue(kind, out var lines))
            _files.Add(kind, lines = new());
        lines.Append(line).Append('\n');
        name ??= line.Split(':', '=').First(part => part.StartsWith('T') && part.Contains('.', StringComparison.Ordinal));
        Lines[name] = $"{kind} {line}";
    }
}
