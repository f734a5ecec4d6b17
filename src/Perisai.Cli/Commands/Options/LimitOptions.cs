using System.CommandLine;
using Perisai.Engine;

namespace Perisai.Cli.Commands.Options;

/// <summary>The limits of one file's scan.</summary>
internal sealed class LimitOptions
{
    private readonly Option<long?> _objectSize =
        QuantityText.SizeOption("--max-object-size", "Do not scan objects longer than this [default: 2T]");

    private readonly Option<long?> _producedSize =
        QuantityText.SizeOption("--max-produced-size", "Bytes unpacked from one file at most [default: 4G]");

    private readonly Option<int?> _depth =
        QuantityText.NumberOption("--max-depth", "Containers within containers at most [default: 17]", 1, 1000);

    private readonly Option<int?> _objects =
        QuantityText.NumberOption("--max-objects", "Objects within one file at most [default: 100000]", 1, int.MaxValue);

    private readonly Option<TimeSpan?> _time = QuantityText.TimeOption("--max-time", "Time for one file at most [default: 120s]");

    private readonly Option<int?> _ratio =
        QuantityText.NumberOption("--max-ratio", "Unpacked bytes per stored byte at most, beyond --ratio-floor [default: 1000]", 1, int.MaxValue);

    private readonly Option<long?> _ratioFloor =
        QuantityText.SizeOption("--ratio-floor", "Unpacked bytes up to which --max-ratio is not looked at [default: 64M]");

    private readonly Option<long?> _decoderMemory =
        QuantityText.SizeOption("--max-decoder-memory", "Memory for the decoders of one file at most [default: 128M]");

    private readonly Option<long?> _spoolMemory =
        QuantityText.SizeOption("--spool-memory", "Keep unpacked content in memory up to this, in a temporary file beyond [default: 8M]");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_objectSize, _producedSize, _depth, _objects, _time, _ratio, _ratioFloor, _decoderMemory, _spoolMemory])
            command.Options.Add(option);
    }

    public ScanLimits Read(ParseResult result)
    {
        var limits = ScanLimits.Default;
        return limits with
        {
            MaxObjectBytes = result.GetValue(_objectSize) ?? limits.MaxObjectBytes,
            MaxProducedBytes = result.GetValue(_producedSize) ?? limits.MaxProducedBytes,
            MaxDepth = result.GetValue(_depth) ?? limits.MaxDepth,
            MaxObjects = result.GetValue(_objects) ?? limits.MaxObjects,
            MaxTime = result.GetValue(_time) ?? limits.MaxTime,
            MaxExpansionRatio = result.GetValue(_ratio) ?? limits.MaxExpansionRatio,
            RatioFloorBytes = result.GetValue(_ratioFloor) ?? limits.RatioFloorBytes,
            MaxDecoderMemory = result.GetValue(_decoderMemory) ?? limits.MaxDecoderMemory,
            SpoolMemoryBytes = (int)Math.Clamp(result.GetValue(_spoolMemory) ?? limits.SpoolMemoryBytes, 64 << 10, 1 << 30),
        };
    }
}
