using System.Security.Cryptography;
using System.Text;
using Perisai.Engine;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Fuzz;

/// <summary>Takes what a reader hands on, within a tight budget, and makes one digest of all of it.</summary>
internal sealed class DigestSink : IMemberSink, IDisposable
{
    public static readonly ScanLimits Limits = ScanLimits.Default with
    {
        MaxProducedBytes = 64 << 20,
        MaxObjects = 5000,
        MaxTime = TimeSpan.FromSeconds(20),
    };

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 16];

    public ScanBudget Budget { get; } = new(Limits);

    public IReadOnlyList<byte[]> Passwords { get; } = [Encoding.ASCII.GetBytes("secret")];

    public bool ShouldStop => Budget.Exhausted != BudgetLimit.None;

    public string Digest() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public bool AddSlice(in Member member, ByteSource source, long offset, long length)
    {
        if (!Budget.ChargeObject())
            return false;
        Say($"slice {member.Name}");
        using var slice = new SliceByteSource(source, offset, length);
        // The whole of it only where it is not long: slices of slices would make a million reads of a million bytes.
        var end = Math.Min(slice.Length, 1 << 20);
        for (long at = 0; at < end;)
        {
            var count = slice.Read(at, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - at)));
            if (count <= 0 || !Budget.ChargeRead(count))
                break;
            _hash.AppendData(_buffer, 0, count);
            at += count;
        }

        return !ShouldStop;
    }

    public bool AddStream(in Member member, Stream content, long storedBytes)
    {
        if (!Budget.ChargeObject())
            return false;
        Say($"stream {member.Name}");
        try
        {
            int count;
            while ((count = content.Read(_buffer)) > 0 && Budget.ChargeProduced(count))
                _hash.AppendData(_buffer, 0, count);
        }
        catch (CodecException exception)
        {
            Say(exception.Message);
        }

        return !ShouldStop;
    }

    public bool AddNotScanned(in Member member, NotScannedReason reason, string detail = "", BudgetLimit limit = BudgetLimit.None)
    {
        Say($"{member.Name} {reason} {detail}");
        return !ShouldStop;
    }

    public void AddFault(string id, long offset, string detail = "") => Say($"{id} {offset} {detail}");

    public void AddLoss(string id, long offset, string detail = "") => Say($"loss {id} {offset} {detail}");

    public void AddObservation(string name, string detail = "") => Say($"{name} {detail}");

    public void Dispose() => _hash.Dispose();

    private void Say(string text) => _hash.AppendData(Encoding.UTF8.GetBytes(text));
}
