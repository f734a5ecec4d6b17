using System.Security.Cryptography;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Gzip;
using Perisai.Engine.Containers.Tar;

namespace Perisai.Engine.Sources.ClamAvContainer;

/// <summary>
/// An opened ClamAV container (.cvd, .cld, .cud): a header, then a tar archive, most often gzipped. It is hostile until a signature says
/// otherwise: the archive is read by the engine's own readers under a budget, and members are bounded by what the .info member says of them.
/// </summary>
internal sealed class CvdContainer : IDisposable
{
    /// <summary>
    /// Bytes that the archive may have, unpacked: the largest official one has some 350 MB. Unpacking goes to a temporary file without a name.
    /// </summary>
    private const long MaximumUnpackedLength = 4L << 30;

    private const int SpoolMemory = 8 << 20;

    private readonly FileByteSource _file;
    private readonly SpooledContent _spool = new(SpoolMemory);
    private readonly ScanBudget _budget = new(ScanLimits.Default with { MaxProducedBytes = MaximumUnpackedLength, MaxTime = TimeSpan.FromMinutes(10) });
    private ByteSource? _archive;

    private CvdContainer(FileByteSource file) => _file = file;

    /// <summary>Whether a digital signature was found good.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>The members to load: all but the .info member and the licence, with their content.</summary>
    public List<(string Name, long Offset, long Length)> Members { get; } = [];

    /// <summary>Opens a container and checks it; null where it is refused, with the reason among <paramref name="report"/>'s diagnostics.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Keys, certificates and what is allowed.</param>
    /// <param name="report">Takes an id, a message and whether it is an error.</param>
    /// <exception cref="IOException">The file cannot be read, or the temporary file cannot be written.</exception>
    public static CvdContainer? Open(string path, CvdOptions options, Action<string, string, bool> report)
    {
        var container = new CvdContainer(new FileByteSource(path));
        var accepted = false;
        try
        {
            accepted = container.Read(path, options, report);
            return accepted ? container : null;
        }
        finally
        {
            if (!accepted)
                container.Dispose();
        }
    }

    /// <summary>A member's bytes.</summary>
    public Stream OpenMember(long offset, long length) => new SourceStream(new SliceByteSource(_archive!, offset, length));

    public void Dispose()
    {
        _archive?.Dispose();
        _spool.Dispose();
        _file.Dispose();
    }

    private bool Read(string path, CvdOptions options, Action<string, string, bool> report)
    {
        var bytes = new byte[CvdHeader.Length];
        var header = _file.Read(0, bytes) == bytes.Length ? CvdHeader.Parse(bytes) : null;
        if (header is null)
        {
            report(CvdFaults.Header, "This is no ClamAV container: its first 512 bytes are not the header of one. Fetch it again.", true);
            return false;
        }

        var (verified, wrong) = CheckHeaderSignature(header, options);
        if (DetachedSignature.Find(path, header.Version) is { } signature && options.CertificatesFolder is { } certificates)
        {
            if (DetachedSignature.Check(path, signature, certificates) is { } problem)
                wrong ??= (CvdFaults.WrongSignature, $"its detached signature is not good: {problem}");
            else
                verified = true;
        }

        if (wrong is { } first && !Allow(options, report, first.Id, first.What))
            return false;
        return ReadArchive(report) && ReadInformation(options, report, verified, wrong is not null);
    }

    private (bool Verified, (string Id, string What)? Wrong) CheckHeaderSignature(CvdHeader header, CvdOptions options)
    {
        if (!header.HasChecksum)
            return (false, null);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = new byte[1 << 18];
        int count;
        for (long at = CvdHeader.Length; (count = _file.Read(at, buffer)) > 0; at += count)
            md5.AppendData(buffer, 0, count);
        var digest = md5.GetHashAndReset();
        if (!header.Checksum.Equals(Convert.ToHexStringLower(digest), StringComparison.OrdinalIgnoreCase))
            return (false, (CvdFaults.Checksum, "the MD5 in its header is not that of its content: it is damaged or was changed"));
        if (!header.IsSigned)
            return (false, null);
        return CvdSignature.VerifyChecksum(digest, header.Signature, options.Keys.Header)
            ? (true, null)
            : (false, (CvdFaults.WrongSignature, "the digital signature in its header is not ClamAV's"));
    }

    private bool ReadArchive(Action<string, string, bool> report)
    {
        try
        {
            var members = new CvdMembers(_budget);
            _archive = Unpack();
            ContainerDispatcher.Read(TarReader.Instance, _archive, members);
            var problem = members.Problem ?? (_budget.Exhausted != BudgetLimit.None ? $"it takes too long or is too large ({_budget.Exhausted})" : null);
            if (problem is null)
            {
                foreach (var (name, (offset, length)) in members.Members)
                    Members.Add((name, offset, length));
                return true;
            }

            report(CvdFaults.Archive, $"The archive in the container cannot be used: {problem}. Fetch it again.", true);
        }
        catch (CodecException exception)
        {
            report(CvdFaults.Archive, $"The archive in the container cannot be unpacked: {exception.Message}. Fetch it again.", true);
        }

        return false;
    }

    /// <summary>
    /// The archive as a copy of our own, also where it is not compressed: what is checked must be what is loaded, whoever writes to the file
    /// meanwhile.
    /// </summary>
    private ByteSource Unpack()
    {
        Span<byte> start = stackalloc byte[2];
        if (_file.Read(CvdHeader.Length, start) < 2 || !start.SequenceEqual((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            using var plain = new SourceStream(new SliceByteSource(_file, CvdHeader.Length, long.MaxValue));
            Spool(plain);
            return _spool.ToSource();
        }

        using var input = new CodecInput(_file, CvdHeader.Length, long.MaxValue, _budget);
        using var gzip = new GzipStream(input);
        Spool(gzip);
        if (gzip.Faults is [var fault, ..])
            throw new CodecException($"{fault.Id} at {fault.Offset}");
        return _spool.ToSource();
    }

    private void Spool(Stream content)
    {
        int count;
        while ((count = content.Read(_spool.GetSpan())) > 0)
        {
            _spool.Advance(count);
            if (!_budget.ChargeProduced(count))
                break;
        }
    }

    /// <param name="options">How it is judged.</param>
    /// <param name="report">Takes what is wrong.</param>
    /// <param name="verified">Whether another signature is good.</param>
    /// <param name="anyWrong">Whether another signature is wrong, and was let pass.</param>
    private bool ReadInformation(CvdOptions options, Action<string, string, bool> report, bool verified, bool anyWrong)
    {
        var infos = Members.Where(member => member.Name.EndsWith(".info", StringComparison.Ordinal)).ToList();
        var information = infos is [{ Length: < CvdInformation.MaximumLength } only] ? CvdInformation.Parse(ReadMember(only.Offset, only.Length)) : null;
        if (information is null && infos.Count > 0)
        {
            report(CvdFaults.Information, "The container's .info member cannot be read. Fetch the container again.", true);
            return false;
        }

        if (information?.Signature is { } signature)
        {
            if (CvdSignature.VerifyInformation(information.SignedDigest, signature, options.Keys.Information))
                verified = true;
            else if (!Allow(options, report, CvdFaults.WrongSignature, "the digital signature in its .info member is not ClamAV's"))
                return false;
            else
                anyWrong = true;
        }

        if (!verified && !anyWrong && !Allow(options, report, CvdFaults.Unsigned, "it bears no digital signature that can be checked"))
            return false;
        IsVerified = verified && !anyWrong;
        Members.RemoveAll(member => member.Name is "COPYING" || member.Name.EndsWith(".info", StringComparison.Ordinal)
            || (information is not null && !IsAsListed(member, information, report)));
        foreach (var missing in (information?.Members ?? []).Where(name => Members.All(member => member.Name != name)).Where(name => name != "COPYING"))
            report(CvdFaults.MissingMember, $"The member {missing}, which the container lists, was not loaded. Fetch the container again.", true);
        return true;
    }

    private bool IsAsListed((string Name, long Offset, long Length) member, CvdInformation information, Action<string, string, bool> report)
    {
        string what;
        if (!information.TryFind(member.Name, out var listed))
            what = "is not listed in the .info member";
        else if (listed.Length != member.Length)
            what = $"has {member.Length} bytes where the .info member says {listed.Length}";
        else if (Digest(member) != listed.Sha256)
            what = "has another SHA-256 than the .info member says";
        else
            return true;
        report(CvdFaults.Member, $"The member {member.Name} {what}; it was left out. Fetch the container again.", true);
        return false;
    }

    private string Digest((string Name, long Offset, long Length) member)
    {
        using var stream = OpenMember(member.Offset, member.Length);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private byte[] ReadMember(long offset, long length)
    {
        var bytes = new byte[length];
        return _archive!.Read(offset, bytes) == bytes.Length ? bytes : [];
    }

    /// <summary>Says what is wrong with a container's signature; true where it is loaded all the same.</summary>
    private static bool Allow(CvdOptions options, Action<string, string, bool> report, string id, string what)
    {
        report(id,
            options.AllowUnsigned
                ? $"The container was loaded as unsigned: {what}."
                : $"The container was refused: {what}. Fetch it again, or allow unsigned containers if you know where it comes from.",
            !options.AllowUnsigned);
        return options.AllowUnsigned;
    }
}

/// <summary>How containers are judged.</summary>
internal sealed record CvdOptions
{
    /// <summary>Load containers whose signature is missing or wrong.</summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>Certificates that detached signatures must lead to; null where these are not checked.</summary>
    public string? CertificatesFolder { get; init; }

    public CvdPublicKeys Keys { get; init; } = CvdPublicKeys.Official;
}
