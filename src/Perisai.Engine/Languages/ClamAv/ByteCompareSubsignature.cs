using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A byte comparison, <c>subsignature(offset#options length#comparisons)</c>: <c>0(&gt;&gt;4#ib2#&gt;100,&lt;200)</c> compares the 16-bit number that
/// stands four bytes behind the start of subsignature 0's last match.
/// See https://docs.clamav.net/manual/Signatures/LogicalSignatures.html#byte-compare-subsignatures.
/// </summary>
internal static class ByteCompareSubsignature
{
    /// <summary>Hexadecimal digits are read up to so many (ClamAV's CLI_BCOMP_MAX_HEX_BLEN).</summary>
    private const int MaximumHexadecimalLength = 18;

    private const int MaximumBinaryLength = 8;

    /// <summary>Numbers in decimal or of any base: ClamAV sets no limit; this is ours (ComparedNumber).</summary>
    private const int MaximumLength = 64;

    /// <summary>Whether ClamAV takes a body for a byte comparison.</summary>
    public static bool IsOne(ReadOnlySpan<char> text)
    {
        var first = text.IndexOf('#');
        return first >= 0 && text.LastIndexOf('#') != first && text.Contains('(');
    }

    public static ByteComparePattern? Parse(ReadOnlySpan<char> text, int column, ref LineProblem problem)
    {
        var rest = text;
        if (!ClamAvNumber.TryTake(ref rest, out var subsignature) || rest is not ['(', ..] || subsignature >= 64)
            return Fail(column, "A byte comparison begins with the number of the subsignature that it stands by, before the parenthesis.", ref problem);
        var opening = text.Length - rest.Length;
        var closing = text.IndexOf(')');
        if (closing < 0)
            return Fail(column + opening, "The parenthesis is not closed.", ref problem);
        var inner = text[(opening + 1)..closing];
        column += opening + 1;
        Span<Range> fields = stackalloc Range[4];
        if (inner.Split(fields, '#') != 3)
            return Fail(column, "A byte comparison has the form n(>>offset#options length#comparisons).", ref problem);
        if (!TryParseDistance(inner[fields[0]], out var distance))
            return Fail(column, $"'{inner[fields[0]]}' is no distance. Write >>n, <<n, 0 or nothing.", ref problem);
        var optionsColumn = column + fields[1].Start.Value;
        if (!TryParseOptions(inner[fields[1]], out var options))
            return Fail(optionsColumn, $"'{inner[fields[1]]}' is no number format. Write one of h, d, a, i, then l or b, e for the exact length, and the length.", ref problem);
        if (!TryParseComparisons(inner[fields[2]], out var comparisons))
            return Fail(column + fields[2].Start.Value, $"'{inner[fields[2]]}' is not one or two comparisons, each >n, <n or =n.", ref problem);
        if (options.Length > MaximumLength)
        {
            problem = LineProblem.Unsupported($"a byte comparison of more than {MaximumLength} bytes");
            return null;
        }

        return new(subsignature, distance, options.Encoding, options.LittleEndian, options.Exact, options.Length, comparisons);
    }

    private readonly record struct Options(NumberEncoding Encoding, bool LittleEndian, bool Exact, int Length);

    private static bool TryParseDistance(ReadOnlySpan<char> text, out long distance)
    {
        distance = 0;
        if (text is [] or ['0', ..])
            return true;
        if (text is not (['>', '>', ..] or ['<', '<', ..]) || !CNumber.TryParse(text[2..], out distance))
            return false;
        if (text[0] == '<')
            distance = -distance;
        return true;
    }

    private static bool TryParseOptions(ReadOnlySpan<char> text, out Options options)
    {
        NumberEncoding? encoding = null;
        bool little = false, big = false, exact = false;
        options = default;
        var i = 0;
        for (; i < text.Length && !char.IsAsciiDigit(text[i]); i++)
        {
            NumberEncoding? own = text[i] switch
            {
                'h' => NumberEncoding.Hexadecimal,
                'd' => NumberEncoding.Decimal,
                'a' => NumberEncoding.Automatic,
                'i' => NumberEncoding.Binary,
                _ => null,
            };
            if (own is not null && encoding is not null && own != encoding)
                return false;
            encoding ??= own;
            switch (text[i])
            {
                case 'd' when little:
                    return false;
                case 'd':
                    big = true;
                    break;
                case 'l':
                    little = true;
                    break;
                case 'b':
                    big = true;
                    break;
                case 'e':
                    exact = true;
                    break;
                default:
                    if (own is null)
                        return false;
                    break;
            }
        }

        if (little && big)
            return false;
        if (!CNumber.TryParse(text[i..], out var length) || length is < 1 or > int.MaxValue)
            return false;
        options = new(encoding ?? NumberEncoding.Binary, little, exact, (int)length);
        // Without an encoding or a byte order ClamAV loads the comparison, and it never holds.
        return encoding is not null && (little || big) && encoding switch
        {
            NumberEncoding.Binary => length is 1 or 2 or 4 or MaximumBinaryLength,
            NumberEncoding.Hexadecimal => length <= MaximumHexadecimalLength,
            _ => true,
        };
    }

    private static bool TryParseComparisons(ReadOnlySpan<char> text, out ImmutableArray<(ComparisonOperator Operator, long Value)> comparisons)
    {
        comparisons = [];
        Span<Range> fields = stackalloc Range[3];
        var count = text.Split(fields, ',');
        if (count > 2)
            return false;
        var output = ImmutableArray.CreateBuilder<(ComparisonOperator, long)>(count);
        for (var i = 0; i < count; i++)
        {
            var field = text[fields[i]];
            if (field is not ['<' or '>' or '=', ..] || !CNumber.TryParse(field[1..], out var value))
                return false;
            output.Add((field[0] switch { '<' => ComparisonOperator.Less, '>' => ComparisonOperator.Greater, _ => ComparisonOperator.Equal }, value));
        }

        comparisons = output.DrainToImmutable();
        return true;
    }

    private static ByteComparePattern? Fail(int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(ClamAvBodyFaults.ByteCompare, column, text);
        return null;
    }
}
