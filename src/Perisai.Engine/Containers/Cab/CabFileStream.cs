using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Cab;

/// <summary>The part of a folder that is one file; what lies before it is decoded and dropped at the first read.</summary>
/// <param name="goesOn">Whether its end is in another cabinet.</param>
internal sealed class CabFileStream(DecoderStream folder, long skip, long length, bool goesOn, ScanBudget budget) : ForwardStream
{
    private long _skip = skip;
    private long _left = length;

    /// <exception cref="CodecException">The folder cannot be decoded any further, or ends too early.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_skip > 0)
            Skip();
        if (_left == 0 || buffer.IsEmpty)
            return 0;
        var count = folder.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (count == 0 && folder.Finished)
            throw EndsEarly();
        _left -= count;
        return count;
    }

    private CodecException EndsEarly() =>
        goesOn ? new("The file goes on in the next cabinet.", NotScannedReason.MissingVolume) : CodecException.Truncated();

    /// <summary>What is dropped costs as much as what is kept.</summary>
    private void Skip()
    {
        var dropped = new byte[Math.Min(_skip, 32 << 10)];
        while (_skip > 0)
        {
            var count = folder.Read(dropped.AsSpan(0, (int)Math.Min(dropped.Length, _skip)));
            if (count == 0 && folder.Finished)
                throw EndsEarly();
            if (count == 0 || !budget.ChargeProduced(count))
                return;
            _skip -= count;
        }
    }
}
