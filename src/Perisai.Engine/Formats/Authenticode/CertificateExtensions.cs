namespace Perisai.Engine.Formats.Authenticode;

/// <summary>
/// What a certificate's extensions let its key sign. As in ClamAV a certificate without extended key usage may sign programs and times, one without key usage
/// other certificates; but one that says that it is no authority is none.
/// </summary>
internal static class CertificateExtensions
{
    private const byte ExtensionsTag = 0xA3;
    private const byte SignsCertificatesBit = 0x04;

    /// <summary>Reads what follows the key in a certificate of version 3.</summary>
    public static bool TryRead(DerReader reader, out KeyUses uses)
    {
        uses = KeyUses.None;
        while (!reader.IsAtEnd)
        {
            // Unique identifiers may come before; behind the extensions nothing does.
            if (!reader.TryRead(out var tag, out var content) || tag is not (0x81 or 0x82 or 0xA1 or 0xA2 or ExtensionsTag))
                return false;
            if (tag == ExtensionsTag)
                return reader.IsAtEnd && TryReadList(content, out uses);
        }

        return true;
    }

    private static bool TryReadList(ReadOnlySpan<byte> content, out KeyUses uses)
    {
        KeyUses? extended = null;
        bool? signsCertificates = null;
        var isAuthority = true;
        uses = KeyUses.None;
        var outer = new DerReader(content);
        if (!outer.TryEnter(DerReader.Sequence, out var list))
            return false;
        // With something behind the list the key may do nothing, which does not save it from being blocked.
        if (!outer.IsAtEnd)
            return true;
        while (!list.IsAtEnd)
        {
            if (!list.TryEnter(DerReader.Sequence, out var extension) || !extension.TryRead(DerReader.ObjectIdentifier, out var identifier)
                || (extension.NextTag == DerReader.Boolean && !extension.TryRead(DerReader.Boolean, out _))
                || !extension.TryRead(DerReader.OctetString, out var value) || !extension.IsAtEnd)
                return false;
            switch (identifier)
            {
                case [0x55, 0x1D, 0x0F]:
                    if (!TryReadUsage(value, out var signs))
                        return false;
                    signsCertificates = (signsCertificates ?? true) && signs;
                    break;
                case [0x55, 0x1D, 0x25]:
                    if (!TryReadPurposes(value, out var purposes))
                        return false;
                    extended = (extended ?? purposes) & purposes;
                    break;
                case [0x55, 0x1D, 0x13]:
                    if (!TryReadConstraints(value, out var authority))
                        return false;
                    isAuthority &= authority;
                    break;
                default:
                    break;
            }
        }

        uses = (extended ?? (KeyUses.Code | KeyUses.Times)) | ((signsCertificates ?? true) && isAuthority ? KeyUses.Certificates : KeyUses.None);
        return true;
    }

    /// <summary>KeyUsage: a bit string of one or two bytes, the first bit highest; keyCertSign is the sixth.</summary>
    private static bool TryReadUsage(ReadOnlySpan<byte> value, out bool signsCertificates)
    {
        var reader = new DerReader(value);
        signsCertificates = false;
        if (!reader.TryRead(DerReader.BitString, out var bits) || !reader.IsAtEnd || bits.Length is not (2 or 3) || bits[0] > 7)
            return false;
        signsCertificates = (bits[1] & SignsCertificatesBit) != 0 && (bits.Length > 2 || bits[0] <= 2);
        return true;
    }

    /// <summary>BasicConstraints: whether it is an authority is the first field, and no where there is none.</summary>
    private static bool TryReadConstraints(ReadOnlySpan<byte> value, out bool isAuthority)
    {
        var reader = new DerReader(value);
        isAuthority = false;
        if (!reader.TryEnter(DerReader.Sequence, out var constraints) || !reader.IsAtEnd)
            return false;
        if (constraints.IsAtEnd)
            return true;
        if (!constraints.TryRead(DerReader.Boolean, out var flag) || flag.Length != 1)
            return false;
        isAuthority = flag[0] != 0;
        return true;
    }

    private static bool TryReadPurposes(ReadOnlySpan<byte> value, out KeyUses uses)
    {
        uses = KeyUses.None;
        var outer = new DerReader(value);
        if (!outer.TryEnter(DerReader.Sequence, out var purposes) || !outer.IsAtEnd)
            return false;
        while (!purposes.IsAtEnd)
        {
            if (!purposes.TryRead(DerReader.ObjectIdentifier, out var purpose))
                return false;
            uses |= purpose switch
            {
                // id-kp-codeSigning and id-kp-timeStamping.
                [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03] => KeyUses.Code,
                [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08] => KeyUses.Times,
                _ => KeyUses.None,
            };
        }

        return true;
    }
}
