using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Modules.Hashes;

/// <summary>What <see cref="HashModule"/> computes. Digests are text in small letters; both checksums are numbers.</summary>
internal sealed class HashFacts(ModuleContext context) : RuleStruct
{
    private readonly RangeCache<RuleValue> _results = new();

    public override RuleValue Get(int field) => RuleValue.Undefined;

    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        if (overload == 1)
            return OfText(field, arguments[0].Text);
        var size = arguments[1].Integer;
        return ByteRange.TryClip(context, arguments[0].Integer, ref size)
            ? _results.GetOrAdd(field, arguments[0].Integer, size, (context, field), static (state, offset, size) =>
                OfRange(state.context, state.field, offset, size))
            : RuleValue.Undefined;
    }

    private static RuleValue OfRange(ModuleContext context, int field, long offset, long size)
    {
        switch (field)
        {
            case 3:
                var sum = 0u;
                return ByteRange.TryVisit(context, offset, size, ref sum, static (ref state, bytes) => state += Sum(bytes))
                    ? RuleValue.Of((long)sum) : RuleValue.Undefined;
            case 4:
                var crc = new Crc32();
                return ByteRange.TryVisit(context, offset, size, ref crc, static (ref state, bytes) => state.Append(bytes))
                    ? RuleValue.Of((long)crc.GetCurrentHashAsUInt32()) : RuleValue.Undefined;
            default:
                using (var hash = IncrementalHash.CreateHash(Algorithm(field)))
                {
                    var state = hash;
                    return ByteRange.TryVisit(context, offset, size, ref state, static (ref state, bytes) => state.AppendData(bytes))
                        ? Hex(hash.GetHashAndReset()) : RuleValue.Undefined;
                }
        }
    }

    private static RuleValue OfText(int field, ReadOnlySpan<byte> text) => field switch
    {
        3 => RuleValue.Of((long)Sum(text)),
        4 => RuleValue.Of((long)Crc32.HashToUInt32(text)),
        _ => Hex(CryptographicOperations.HashData(Algorithm(field), text)),
    };

    private static HashAlgorithmName Algorithm(int field) => field switch
    {
        0 => HashAlgorithmName.MD5,
        1 => HashAlgorithmName.SHA1,
        _ => HashAlgorithmName.SHA256,
    };

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        foreach (var value in bytes)
            sum += value;
        return sum;
    }

    private static RuleValue Hex(byte[] digest) => RuleValue.Of(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest)));
}
