using System.Security.Cryptography;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Tests.Containers;

/// <summary>Records what a reader reports, within the budget, as the scanner would.</summary>
internal sealed class RecordingSink(ScanLimits? limits = null, params string[] passwords) : IMemberSink
{
    public sealed record Entry(string Name, byte[] Content, bool FromSlice, FileType DeclaredType = FileType.Unknown)
    {
        public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));
    }

    public List<Entry> Members { get; } = [];

    public List<(string Name, NotScannedReason Reason, string Detail)> NotScanned { get; } = [];

    public List<Fault> Faults { get; } = [];

    /// <summary>The faults because of which something was not handed on; each is among <see cref="Faults"/> too.</summary>
    public List<Fault> Losses { get; } = [];

    public List<string> Observed { get; } = [];

    public ScanBudget Budget { get; } = new(limits ?? ScanLimits.Default);

    public IReadOnlyList<byte[]> Passwords { get; } = [.. passwords.Select(p => System.Text.Encoding.UTF8.GetBytes(p))];

    public bool ShouldStop => Budget.Exhausted != BudgetLimit.None;

    public bool AddSlice(in Member member, ByteSource source, long offset, long length)
    {
        if (!Budget.ChargeObject())
            return false;
        var slice = new SliceByteSource(source, offset, length);
        var bytes = new byte[slice.Length];
        var count = slice.Read(0, bytes);
        Members.Add(new(member.Name, bytes[..count], true, member.DeclaredType));
        return !ShouldStop;
    }

    public bool AddStream(in Member member, Stream content, long storedBytes)
    {
        if (!Budget.ChargeObject())
            return false;
        var memory = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            int count;
            while ((count = content.Read(buffer)) > 0 && Budget.ChargeProduced(count))
                memory.Write(buffer, 0, count);
        }
        catch (CodecException exception) when (exception.Reason != NotScannedReason.Damaged)
        {
            NotScanned.Add((member.Name, exception.Reason, exception.Message));
        }
        catch (Exception exception)
        {
            Faults.Add(new("test.decoder-failed", -1, $"{exception.GetType().Name}: {exception.Message}"));
        }

        Members.Add(new(member.Name, memory.ToArray(), false, member.DeclaredType));
        return !ShouldStop;
    }

    public bool AddNotScanned(in Member member, NotScannedReason reason, string detail = "", BudgetLimit limit = BudgetLimit.None)
    {
        NotScanned.Add((member.Name, reason, detail));
        return !ShouldStop;
    }

    public void AddFault(string id, long offset, string detail = "") => Faults.Add(new(id, offset, detail));

    public void AddLoss(string id, long offset, string detail = "")
    {
        AddFault(id, offset, detail);
        Losses.Add(new(id, offset, detail));
    }

    public void AddObservation(string name, string detail = "") => Observed.Add(name);
}
