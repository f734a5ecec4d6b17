namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>
/// One scan of a JPEG: which components it holds, which of their frequencies and which bits of them (T.81, annexes F and G). A baseline picture has
/// all at once, a progressive one in many scans.
/// </summary>
internal sealed class JpegScan
{
    /// <summary>Bytes that may be missing where a row begins; some are taken ahead at the end of every picture.</summary>
    private const int MostMissing = 37;

    public required JpegFrame Frame { get; init; }

    public required JpegComponent[] Components { get; init; }

    /// <summary>The first frequency, in the order of storage.</summary>
    public required int First { get; init; }

    public required int Last { get; init; }

    /// <summary>The lowest bit that earlier scans have brought; 0 in the first.</summary>
    public required int High { get; init; }

    /// <summary>The lowest bit that this one brings.</summary>
    public required int Low { get; init; }

    /// <summary>Units between two restarts; 0 for none.</summary>
    public required int RestartInterval { get; init; }

    public required ScanBudget Budget { get; init; }

    /// <summary>Blocks that have no further frequencies.</summary>
    private int _emptyBlocks;

    /// <summary>Decodes the scan; the bits stand behind it then. Where they end early, the rest is made of zeros, but no further row of a baseline picture.</summary>
    /// <returns>How many rows of units there were.</returns>
    /// <exception cref="Codecs.CodecException">The data are damaged, or the time is up.</exception>
    public int Decode(ref JpegBits bits)
    {
        var alone = Components.Length == 1;
        var (across, down) = alone
            ? (Components[0].OwnBlocksAcross, Components[0].OwnBlocksDown) : (Frame.UnitsAcross, Frame.UnitsDown);
        var left = RestartInterval;
        foreach (var component in Components)
            component.Prediction = 0;
        for (var row = 0; row < down; row++)
        {
            if (!Budget.CheckTime())
                throw PictureFaults.Damaged("The time is up.");
            if (bits.Missing > MostMissing && !Frame.IsProgressive)
                return row;
            for (var column = 0; column < across; column++)
            {
                if (alone)
                    DecodeBlock(ref bits, Components[0], column, row);
                else
                    DecodeUnit(ref bits, column, row);
                if (RestartInterval == 0 || --left > 0)
                    continue;
                left = RestartInterval;
                if (!bits.TryRestart())
                    continue;
                _emptyBlocks = 0;
                foreach (var component in Components)
                    component.Prediction = 0;
            }
        }

        return down;
    }

    private void DecodeUnit(ref JpegBits bits, int column, int row)
    {
        foreach (var component in Components)
        {
            for (var y = 0; y < component.Down; y++)
            {
                for (var x = 0; x < component.Across; x++)
                    DecodeBlock(ref bits, component, (column * component.Across) + x, (row * component.Down) + y);
            }
        }
    }

    private void DecodeBlock(ref JpegBits bits, JpegComponent component, int column, int row)
    {
        if (!Frame.IsProgressive)
            DecodeWhole(ref bits, component, column, row);
        else if (First == 0)
            DecodeMean(ref bits, component, component.Block(column, row));
        else if (High == 0)
            DecodeFirstBits(ref bits, component.AcTable!, component.Block(column, row));
        else
            DecodeFurtherBits(ref bits, component.AcTable!, component.Block(column, row));
    }

    /// <summary>A block of a baseline picture, which becomes samples at once.</summary>
    private static void DecodeWhole(ref JpegBits bits, JpegComponent component, int column, int row)
    {
        Span<int> values = stackalloc int[JpegBlock.Length];
        values.Clear();
        var factors = component.Factors;
        component.Prediction += bits.ReadSigned(component.DcTable!.Decode(ref bits) & 15);
        values[0] = component.Prediction * factors[0];
        var table = component.AcTable!;
        for (var at = 1; at < JpegBlock.Length; at++)
        {
            var symbol = table.Decode(ref bits);
            var (zeros, size) = (symbol >> 4, symbol & 15);
            at += zeros;
            if (size == 0)
            {
                if (zeros < 15)
                    break;
                continue;
            }

            var value = bits.ReadSigned(size);
            if (at >= JpegBlock.Length)
                break;
            var place = JpegBlock.ZigZag[at];
            values[place] = value * factors[place];
        }

        JpegBlock.Transform(values, component.Samples.AsSpan(((row * component.Stride) + column) * JpegBlock.Side), component.Stride);
    }

    /// <summary>The first frequency: its upper bits, or one further bit.</summary>
    private void DecodeMean(ref JpegBits bits, JpegComponent component, Span<short> block)
    {
        if (High == 0)
        {
            component.Prediction += bits.ReadSigned(component.DcTable!.Decode(ref bits) & 15);
            block[0] = (short)(component.Prediction << Low);
        }
        else if (bits.Read(1) != 0)
        {
            block[0] |= (short)(1 << Low);
        }
    }

    /// <summary>Frequencies whose upper bits come first; runs of blocks may have none.</summary>
    private void DecodeFirstBits(ref JpegBits bits, JpegHuffmanTable table, Span<short> block)
    {
        if (_emptyBlocks > 0)
        {
            _emptyBlocks--;
            return;
        }

        for (var at = First; at <= Last; at++)
        {
            var symbol = table.Decode(ref bits);
            var (zeros, size) = (symbol >> 4, symbol & 15);
            if (size == 0 && zeros < 15)
            {
                _emptyBlocks = (1 << zeros) - 1 + bits.Read(zeros);
                return;
            }

            at += zeros;
            if (size == 0)
                continue;
            var value = bits.ReadSigned(size);
            if (at < JpegBlock.Length)
                block[JpegBlock.ZigZag[at]] = (short)(value << Low);
        }
    }

    /// <summary>A further bit of frequencies that are known, and new ones between them.</summary>
    private void DecodeFurtherBits(ref JpegBits bits, JpegHuffmanTable table, Span<short> block)
    {
        var at = First;
        if (_emptyBlocks == 0)
        {
            while (at <= Last)
            {
                var symbol = table.Decode(ref bits);
                var (zeros, size) = (symbol >> 4, symbol & 15);
                var value = 0;
                if (size != 0)
                {
                    value = bits.Read(1) != 0 ? 1 << Low : -1 << Low;
                }
                else if (zeros < 15)
                {
                    _emptyBlocks = (1 << zeros) + bits.Read(zeros);
                    break;
                }

                for (; at <= Last; at++)
                {
                    ref var known = ref block[JpegBlock.ZigZag[at]];
                    if (known != 0)
                    {
                        Refine(ref bits, ref known);
                        continue;
                    }

                    if (zeros-- > 0)
                        continue;
                    known = (short)value;
                    at++;
                    break;
                }
            }
        }

        if (_emptyBlocks == 0)
            return;
        for (; at <= Last; at++)
        {
            ref var known = ref block[JpegBlock.ZigZag[at]];
            if (known != 0)
                Refine(ref bits, ref known);
        }

        _emptyBlocks--;
    }

    private void Refine(ref JpegBits bits, ref short known)
    {
        if (bits.Read(1) != 0 && (known & (1 << Low)) == 0)
            known += (short)(known > 0 ? 1 << Low : -1 << Low);
    }
}
