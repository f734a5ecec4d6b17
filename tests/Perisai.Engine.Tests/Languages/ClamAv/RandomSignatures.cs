using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>
/// Random lines of databases with every construct but those in which ClamAV 1.4 errs (see <see cref="BodyGrammarTests"/>): alternatives of
/// which one begins another, gaps to a byte that differ in their numbers only, tests before the fixed bytes.
/// </summary>
internal static class RandomSignatures
{
    private static readonly string[] s_expressions =
    [
        "0&1", "0|1", "0>1&1", "0&1=0", "0&(1|1=0)", "(0|1)>1", "(0|1)>2,2", "0=3&1", "0>2&1<4", "(0&1)>5", "(0|1)=6,2", "0&1>2", "(0=3|1=3)>1,2",
    ];

    private static readonly string[] s_modifiers = ["", "", "", "::i", "::w", "::a", "::iw", "::wa", "::iwa", "::ia"];

    public static (string Extension, string Line) Make(Random random, int number)
    {
        if (random.Next(2) == 0)
        {
            var target = random.Next(4) switch { 0 => 1, 1 => 6, _ => 0 };
            return ("ndb", $"R.{number}:{target}:{Offset(random, target)}:{Body(random, true)}");
        }

        var ofLogical = random.Next(4) switch { 0 => 1, 1 => 6, 2 => 2, _ => 0 };
        var subsignatures = Enumerable.Range(0, 2).Select(_ =>
        {
            var modifiers = s_modifiers[random.Next(s_modifiers.Length)];
            var offset = random.Next(6) == 0 ? Offset(random, ofLogical) + ":" : "";
            return offset + Body(random, modifiers.Length == 0) + modifiers;
        });
        return ("ldb", $"R.{number};Engine:51-255,Target:{ofLogical};{s_expressions[random.Next(s_expressions.Length)]};{string.Join(';', subsignatures)}");
    }

    private static string Offset(Random random, int target) => random.Next(target is 1 or 6 ? 9 : 6) switch
    {
        0 => $"{random.Next(20, 9000)}",
        1 => $"{random.Next(20, 9000)},{random.Next(1, 200)}",
        2 => $"EOF-{random.Next(100, 5000)}",
        6 => $"EP+{random.Next(100)}",
        7 => $"S{random.Next(2)}+{random.Next(100)}",
        8 => $"EP-{random.Next(4)},{random.Next(50)}",
        _ => "*",
    };

    private static string Body(Random random, bool withNegation)
    {
        var output = new StringBuilder();
        var parts = random.Next(1, 5);
        for (var part = 0; part < parts; part++)
        {
            AppendBytes(random, output, random.Next(3, 14));
            if (part + 1 == parts)
                break;
            switch (random.Next(10))
            {
                case 0:
                    output.Append('*');
                    break;
                case 1:
                    output.Append($"{{{random.Next(1, 130)}}}");
                    break;
                case 2:
                    var least = random.Next(30);
                    output.Append($"{{{least}-{least + random.Next(1, 300)}}}");
                    break;
                case 3:
                    output.Append($"{{-{random.Next(1, 100)}}}");
                    break;
                case 4:
                    output.Append($"{{{random.Next(1, 50)}-}}");
                    break;
                case 5:
                    output.Append("??").Append('?', 2 * random.Next(4));
                    break;
                case 6:
                    output.Append($"({random.Next(85):x2}|{random.Next(85, 170):x2}|{random.Next(170, 256):x2})");
                    break;
                case 7:
                    output.Append($"(0{random.Next(16):x}{random.Next(256):x2}|1{random.Next(16):x}|2?{random.Next(256):x2}(30|40)5?)");
                    break;
                case 8 when withNegation:
                    output.Append($"!({random.Next(254):x2}|{random.Next(254):x2})");
                    break;
                default:
                    output.Append(random.Next(2) == 0 ? $"{random.Next(16):x}?" : $"?{random.Next(16):x}");
                    break;
            }
        }

        return output.ToString();
    }

    private static void AppendBytes(Random random, StringBuilder output, int count)
    {
        // Letters often, so that case and full words matter.
        for (var i = 0; i < count; i++)
            output.Append($"{(random.Next(2) == 0 ? "aBcDeXyZ"[random.Next(8)] : random.Next(256)):x2}");
    }
}
