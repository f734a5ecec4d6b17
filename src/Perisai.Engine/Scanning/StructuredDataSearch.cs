using System.Buffers;
using Perisai.Engine.Definitions;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Counts numbers of payment cards and of social security (United States) in texts and mails. What counts as one was measured on clamscan: a card's number
/// has 15 or 16 digits as its first four tell, with blanks and hyphens anywhere between them, a right check digit, and no digit before or after it.
/// </summary>
internal static class StructuredDataSearch
{
    /// <summary>A number with what stands between its digits is no longer; bytes of the window that are looked at again with the next.</summary>
    private const int Overlap = 64;

    private const int WindowLength = 64 << 10;

    /// <summary>First digits of cards with 16 digits, as the six first: what issuers publish.</summary>
    private static readonly (int First, int Last)[] s_issuers =
    [
        (222100, 272099), (300000, 305999), (309500, 309599), (352800, 358999), (360000, 369999), (380000, 499999), (510000, 559999), (601100, 601199),
        (622126, 622925), (624000, 626999), (628200, 628899), (644000, 659999),
    ];

    /// <summary>Adds an observation for each kind of which the object holds enough.</summary>
    public static void Search(ObjectContext context, StructuredDataOptions options, ReportBuilder report)
    {
        if (ObjectTargets.For(context.Type) is not (ObjectTarget.Text or ObjectTarget.Mail) || context.Type == FileType.TextUtf16)
            return;
        var window = ArrayPool<byte>.Shared.Rent(WindowLength);
        long cards = 0, persons = 0;
        var kept = 0;
        for (long at = 0; context.Budget.CheckTime();)
        {
            var read = context.Source.Read(at, window.AsSpan(kept, WindowLength - kept));
            at += read;
            var filled = kept + read;
            var isEnd = read == 0 || at >= context.Length;
            Count(window.AsSpan(0, filled), at == filled ? 0 : 1, isEnd ? filled : filled - Overlap, options, ref cards, ref persons);
            if (isEnd)
                break;
            // One byte more: what stands before the first one tells whether a number may begin there.
            kept = Overlap + 1;
            window.AsSpan(filled - kept, kept).CopyTo(window);
        }

        ArrayPool<byte>.Shared.Return(window);
        if (options.CardCount > 0 && cards >= options.CardCount)
            Report("Structured.CreditCardNumber", $"{cards} numbers of payment cards.");
        if (options.PersonCount > 0 && persons >= options.PersonCount)
            Report("Structured.SSN", $"{persons} social security numbers.");

        void Report(string name, string detail) =>
            report.Add(new Observation { Path = context.Path, Type = context.Type, Length = context.Length, Name = name, Detail = detail });
    }

    private static void Count(ReadOnlySpan<byte> text, int from, int to, StructuredDataOptions options, ref long cards, ref long persons)
    {
        for (var i = from; i < to; i++)
        {
            if (!IsDigit(text[i]) || (i > 0 && IsDigit(text[i - 1])))
                continue;
            if (IsPerson(text[i..], options))
                persons++;
            if (IsCard(text[i..], options.WithStoreCards, out var length))
            {
                cards++;
                i += length - 1;
            }
        }
    }

    private static bool IsCard(ReadOnlySpan<byte> text, bool withStoreCards, out int length)
    {
        Span<int> digits = stackalloc int[16];
        var count = 0;
        var wanted = 16;
        for (length = 0; length < Math.Min(text.Length, Overlap) && count < wanted; length++)
        {
            var one = text[length];
            if (IsDigit(one))
                digits[count++] = one - '0';
            else if (one is not ((byte)' ' or (byte)'-'))
                return false;
            if (count == 2)
                wanted = digits[0] == 3 && digits[1] is 4 or 7 || (withStoreCards && digits[0] == 1) ? 15 : 16;
        }

        if (count < wanted || (length < text.Length && IsDigit(text[length])))
            return false;
        var first = 0;
        for (var i = 0; i < 6; i++)
            first = (first * 10) + digits[i];
        return (wanted == 15 || IsIssuer(first, withStoreCards)) && HasCheckDigit(digits[..wanted]);
    }

    private static bool IsIssuer(int first, bool withStoreCards) =>
        (withStoreCards && first is >= 500000 and <= 509999) || Array.Exists(s_issuers, range => first >= range.First && first <= range.Last);

    /// <summary>Luhn's: every second digit from the last but one counts twice, and the sum of all digits ends in 0.</summary>
    private static bool HasCheckDigit(ReadOnlySpan<int> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = (digits.Length - i) % 2 == 0 ? digits[i] * 2 : digits[i];
            sum += value > 9 ? value - 9 : value;
        }

        return sum % 10 == 0;
    }

    /// <summary>Area 001 to 772 without 666, group 01 to 99, serial 0001 to 9999; with hyphens between them or without.</summary>
    private static bool IsPerson(ReadOnlySpan<byte> text, StructuredDataOptions options)
    {
        if (options.WithHyphens && text.Length >= 11 && text[3] == '-' && text[6] == '-' && (text.Length == 11 || !IsDigit(text[11]))
            && IsPerson(text[..3], text[4..6], text[7..11]))
            return true;
        return options.WithoutHyphens && text.Length >= 9 && (text.Length == 9 || !IsDigit(text[9])) && IsPerson(text[..3], text[3..5], text[5..9]);
    }

    private static bool IsPerson(ReadOnlySpan<byte> area, ReadOnlySpan<byte> group, ReadOnlySpan<byte> serial) =>
        Number(area) is > 0 and <= 772 and not 666 && Number(group) > 0 && Number(serial) > 0;

    /// <summary>-1 where something else than digits stands there.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            if (!IsDigit(digit))
                return -1;
            value = (value * 10) + (digit - '0');
        }

        return value;
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
